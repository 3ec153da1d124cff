"""How an answer is checked: judged on inputs that are drawn, run within limits, told in words, recorded."""
