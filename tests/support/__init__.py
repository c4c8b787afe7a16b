"""What tests share: fakes of Teams, Entra and Graph, Azurite, the steps of a report and of a suggestion."""
