"""A chapter: its source and what is made from it, for a reader, a learner, a class and a lecture."""
