"""Spanish as it is written in the United States: a decimal point, as in the charts ' numbers."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
