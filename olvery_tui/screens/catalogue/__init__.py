"""«Услуги и места»: what is sold, where, and when."""
