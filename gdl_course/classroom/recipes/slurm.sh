#!/bin/bash
#SBATCH --job-name=gdl-grade
#SBATCH --array=0-9
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --time=01:00:00
#
# Grade a class as an array of Slurm tasks. From a folder on a shared disk, with submissions/ and assignment.json:
#
#     job=$(sbatch --parsable slurm.sh)
#     sbatch --dependency=afterany:$job --wrap "gdl grade submissions --out report"
#
# A task that ends with code 4 is done: something that was handed in needs a look, and the report says what.
# The second line grades what a lost task has left over, and writes the report. The nodes need bubblewrap and `gdl`:
# add a line such as `module load python` or `source ~/gdl/bin/activate` below.
#
# --array: so many tasks share the class; the first is 0. --cpus-per-task: a submission, and the checker that questions
# it. --mem: a submission's 4 GB (gdl grade --memory), and the checker. --time: a submission takes 5 minutes at most
# (gdl grade --seconds), and a task grades one after the other.
set -eu

exec gdl grade submissions --assignment assignment.json --out report \
    --part "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
