"""The feed: files and a definition for HMPPS's reporting platform, made from the finished warehouse file alone."""
