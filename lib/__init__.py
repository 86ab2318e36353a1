"""Helper code of the course One Word at a Time."""

