"""What is shown: a record in, a card out. Pure: no network, no clock, no SDK but Microsoft's card builders."""
