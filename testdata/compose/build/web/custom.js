config.x = 1;
