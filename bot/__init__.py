"""How the bot is connected: Teams, people, the network."""
