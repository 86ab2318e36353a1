# Each command sets up what it needs. Without make: python -m lib.project COMMAND
# More words for a command: make test ARGS=tests/test_text.py, make grade ASSIGNMENT=02-letters
PYTHON ?= python3
COMMANDS = help setup book serve print lab test sync release grade counts checkpoints bench

.PHONY: $(COMMANDS) lock clean
$(COMMANDS):
	@$(PYTHON) -m lib.project $@ $(ASSIGNMENT) $(ARGS)

# The pins, anew. NVIDIA's packages are left to torch's own requirements.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.10 --all-extras \
	  --no-annotate --no-header | grep -vE '^(nvidia-|cuda-|triton)' > requirements.txt
	echo "-e ." >> requirements.txt

clean:
	rm -rf _build
