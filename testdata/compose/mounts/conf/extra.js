config.a = 1;
