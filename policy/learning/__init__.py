"""How the ranking is learnt: programs and questions. The running bot imports nothing of it."""
