"""Tricks that a submission may try, each with what must come of it. Not a test: a table.

A trick stands in an answer cell. ``earns`` is what the four tests may give: the answer is wrong
wherever a trick tries to pass for right, so a mark there means that the trick worked. ``flags``
must be among the outcome's flags. No trick may change the mark of a test it doesn't touch.
"""

from __future__ import annotations

from typing import NamedTuple

import fixtures

WRONG = "def pairs(text): return {'zz': 1}\n"
RIGHT = fixtures.PAIRS + "\n"
ALIKE = """
class Alike(dict):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __getattr__(self, name): return Alike()
    def __bool__(self): return True
    def __float__(self): return 1.0
    def __call__(self, *a, **k): return Alike()
"""
SHELL = "import IPython; ip = IPython.get_ipython()\n"
NOTHING = {"pairs-test": 0, "pairs-part": 0, "roots-test": 3, "inside-test": 1}
ALL = {"pairs-test": 2, "pairs-part": 2, "roots-test": 3, "inside-test": 1}


class Trick(NamedTuple):
    name: str
    pairs: str = RIGHT
    roots: str = fixtures.ROOTS
    earns: dict[str, float] = ALL
    flags: tuple[str, ...] = ()
    state: str = ""


# Passing for right: what the learner's process does to Python never reaches the judge.
PASSING = [
    Trick("an object equal to everything", ALIKE + "def pairs(text): return Alike()",
          earns=NOTHING),
    Trick("the function itself is such an object", ALIKE + "pairs = Alike()", earns=NOTHING),
    Trick("a text equal to everything", "class S(str):\n  __eq__ = lambda s, o: True\n"
          "  __hash__ = str.__hash__\ndef pairs(text): return S('')", earns=NOTHING),
    Trick("lib.check replaced", WRONG + "import lib.check\nfor n in dir(lib.check):\n"
          "  setattr(lib.check, n, lambda *a, **k: {})", earns=NOTHING),
    Trick("lib.check replaced in sys.modules", WRONG + "import sys, types\n"
          "class M(types.ModuleType):\n  def __getattr__(s, n): return lambda *a, **k: {}\n"
          "sys.modules['lib.check'] = sys.modules['lib'].check = check = M('lib.check')",
          earns=NOTHING),
    Trick("builtins replaced", WRONG + "import builtins\nbuiltins.isinstance = lambda *a: True\n"
          "builtins.len = lambda x: 1\nbuiltins.AssertionError = type('E', (Exception,), {})",
          earns=NOTHING | {"inside-test": 1}),
    Trick("asserts taken out of every cell", WRONG + SHELL + "import ast\n"
          "class T(ast.NodeTransformer):\n  def visit_Assert(s, n): return ast.Pass()\n"
          "ip.ast_transformers.append(T())", earns=NOTHING | {"inside-test": 0},
          state="needs-hands"),
    Trick("calls taken out of every cell", WRONG + SHELL + "import ast\n"
          "class T(ast.NodeTransformer):\n  def visit_Call(s, n): return ast.Constant({})\n"
          "ip.ast_transformers.append(T())", earns=NOTHING | {"roots-test": 0, "inside-test": 0}),
    Trick("every cell rewritten to nothing", WRONG + SHELL +
          "ip.input_transformers_post.append(lambda lines: ['pass\\n'])",
          earns=NOTHING | {"roots-test": 0, "inside-test": 0}, state="needs-hands"),
    Trick("the shell's run_cell replaced", WRONG + SHELL +
          "from types import SimpleNamespace as N\n"
          "ip.run_cell = lambda *a, **k: N(error_before_exec=None, error_in_exec=None, result=2.0)",
          earns=NOTHING | {"roots-test": 0, "inside-test": 0}, state="needs-hands"),
    Trick("an event that edits names before each cell", WRONG + SHELL +
          "ip.events.register('pre_run_cell', lambda *a: ip.user_ns.update(check=None, mark=2.0))",
          earns=NOTHING),
    Trick("the display hook answers full marks", WRONG + "import sys\n"
          "sys.displayhook = lambda value: print('2.0')", earns=NOTHING),
    Trick("a hook on every function call", WRONG + "import sys\n"
          "def spy(frame, event, arg):\n  frame.f_globals.update(want={}, text='')\n  return spy\n"
          "sys.settrace(spy)", earns=NOTHING),
    Trick("numpy's comparisons replaced", roots="import numpy as np\nroots = np.zeros(5)\n"
          "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\n"
          "np.testing.assert_allclose = lambda *a, **k: None\nclass Box: pass",
          earns=ALL | {"roots-test": 0, "inside-test": 0}),
    Trick("an array that lies about itself", roots="import numpy as np\n"
          "class A(np.ndarray):\n  def __array_ufunc__(s, *a, **k): return np.True_\n"
          "  def __array_function__(s, *a, **k): return np.True_\n"
          "  def __eq__(s, o): return np.True_\nroots = np.zeros(5).view(A)\nclass Box: pass",
          earns=ALL | {"roots-test": 0, "inside-test": 0}),
    Trick("an array that turns into another when asked", roots="import numpy as np\n"
          "class A:\n  def __array__(s, *a, **k): return np.sqrt(np.arange(5.0))[::-1]\n"
          "roots = A()\nclass Box: pass",
          earns=ALL | {"roots-test": 0, "inside-test": 0}),
    Trick("looking up the stack for the right value", "import sys\ndef pairs(text):\n"
          "  frame = sys._getframe()\n  while frame:\n"
          "    for name in ('want', 'expected', 'desired'):\n"
          "      if name in frame.f_locals: return frame.f_locals[name]\n"
          "    frame = frame.f_back\n  return None", earns=NOTHING),
    Trick("looking through memory for the tests", "import gc\ndef pairs(text):\n"
          "  found = [o for o in gc.get_objects() if type(o) is dict and 'ba' in o and 'ab' in o]\n"
          "  return found[0] if found else None", earns=NOTHING),
    Trick("reading the seed", "import os\ndef pairs(text):\n"
          "  return {'seed': os.environ.get('COURSE_CHECK_SEED')}", earns=NOTHING),
    Trick("modules of the same name beside the notebook", WRONG + "import os\n"
          "os.makedirs('lib', exist_ok=True)\n"
          "for n in ('numpy.py', 'lib/__init__.py', 'lib/check.py', 'sitecustomize.py',"
          " 'usercustomize.py', 'x.pth'):\n  open(n, 'w').write('raise SystemExit')",
          earns=NOTHING),
    Trick("a start-up file for Python and IPython", WRONG + "import os\n"
          "os.environ['PYTHONSTARTUP'] = os.environ['PYTHONPATH'] = os.getcwd()\n"
          "os.makedirs(os.environ['IPYTHONDIR'] + '/profile_default/startup', exist_ok=True)\n"
          "open(os.environ['IPYTHONDIR'] + '/profile_default/startup/a.py', 'w').write('1/0')",
          earns=NOTHING),
    Trick("the check's own error raised early", "from lib.check import CheckFailed\n"
          "def pairs(text): raise CheckFailed('all is well')", earns=NOTHING),
    Trick("an error that claims to be a stop", "class StopIteration(Exception): pass\n"
          "def pairs(text): raise StopIteration(2.0)", earns=NOTHING),
    Trick("replacing what encodes answers", WRONG + "from lib.grading.inside import codec\n"
          "codec.encode = lambda *a: {'h': [0, 'x', True]}", earns=NOTHING | {"roots-test": 0}),
    Trick("pretending to be unfit to judge outside", ALIKE + "import inspect\n"
          "class F(Alike):\n  def __call__(s, t): return Alike()\npairs = F()", earns=NOTHING),
    Trick("keys that equal every text", "class K(str):\n  __eq__ = lambda s, o: True\n"
          "  __hash__ = lambda s: hash('ab')\n"
          "def pairs(text): return {K('zz'): 2, K('yy'): 1}", earns=NOTHING),
    Trick("numbers that equal every number", "class N(int):\n  __eq__ = lambda s, o: True\n"
          "  __hash__ = int.__hash__\n  __index__ = __int__ = __float__ = lambda s: 1\n"
          "def pairs(text): return {'ab': N(7), 'ba': N(7), 'aa': N(7)}", earns=NOTHING),
    Trick("a dict that says something else each time", "import random\nclass A(dict):\n"
          "  def items(s): return [(random.choice(['ab', 'ba']), 2)]\n"
          "  def __iter__(s): return iter([random.choice(['ab', 'ba'])])\n"
          "  def __len__(s): return random.randint(0, 9)\n  keys = __iter__\n"
          "def pairs(text): return A(ab=9)", earns=NOTHING),
    Trick("an object that calls itself a dict", "class A:\n  __class__ = property(lambda s: dict)\n"
          "  items = lambda s: [('ab', 2), ('ba', 1)]\n  __len__ = lambda s: 2\n"
          "  __iter__ = lambda s: iter(('ab', 'ba'))\n  __getitem__ = lambda s, k: 9\n"
          "def pairs(text): return A()", earns=NOTHING),
    Trick("a value that runs code where it is unpacked", "import os\nclass R:\n"
          "  def __reduce__(s): return os._exit, (0,)\n"
          "def pairs(text): return {'ab': R(), 'ba': R()}", earns=NOTHING),
]  # fmt: skip

# The connection to the desk, which the learner's process must hold.
FRAME = ("import os, json, struct\ndef frame(**m):\n  b = json.dumps(m).encode()\n"
         "  os.write(3, struct.pack('>I', len(b)) + b)\n")  # fmt: skip
CHANNEL = [
    Trick("a forged answer ahead of time", FRAME + WRONG + "frame(status='ok', outputs=[], id=1)",
          earns=NOTHING, flags=("ended",)),
    Trick("forged answers with the right numbers", FRAME + WRONG + "import gc\n"
          "from lib.grading.inside.kernel import Kernel\n"
          "def send(message):\n  frame(id=message['id'], status='ok', outputs=[], values={},"
          " value={'kind': 'number', 'number': 2.0})\n"
          "[k] = [o for o in gc.get_objects() if isinstance(o, Kernel)]\nk.wire.send = send",
          earns=NOTHING | {"roots-test": 0, "inside-test": 0}, state="needs-hands"),
    Trick("closing the connection", "import os\nos.close(3)", earns=NOTHING, flags=("ended",)),
    Trick("noise on the connection", "import os\nos.write(3, b'garbage' * 99)", earns=NOTHING,
          flags=("ended",)),
    Trick("a message of four gigabytes", "import os\nos.write(3, b'\\xff' * 4)", earns=NOTHING,
          flags=("ended",)),
    Trick("half a message, then nothing", "import os, time\nos.write(3, b'\\0\\0\\1')\n"
          "time.sleep(99)", earns=NOTHING, flags=("ended",)),
    Trick("a deeply nested message", "import os, struct\nb = b'[' * 100000\n"
          "os.write(3, struct.pack('>I', len(b)) + b)", earns=NOTHING, flags=("ended",)),
    Trick("results printed for someone to believe", WRONG +
          "print('{\"status\": \"ok\", \"value\": 2.0}'); print('2.0')", earns=NOTHING),
    Trick("two twins on one connection", WRONG + "import os\nos.fork()",
          earns={"pairs-test": 0, "pairs-part": 0}, flags=("ended",)),
    Trick("a twin that goes on in its place", WRONG + "import os\nif os.fork(): os._exit(0)",
          earns={"pairs-test": 0, "pairs-part": 0}, flags=("ended",)),
    Trick("prints sent down the connection", WRONG + "import os\nos.dup2(3, 1)\n"
          "os.write(1, b'\\0\\0\\0\\2{}')\nprint('x' * 999)", earns=NOTHING, flags=("ended",)),
    Trick("the connection replaced by its own", WRONG + "import os, socket\n"
          "a, b = socket.socketpair()\nos.dup2(a.fileno(), 3)", earns=NOTHING, flags=("ended",)),
    Trick("calling back without end", FRAME + "def pairs(text):\n  while True:\n"
          "    frame(up='back', handle=0, given={'l': [{'l': []}, {'d': []}]})",
          earns=NOTHING, flags=("ended",)),
]  # fmt: skip

# Ends and delays: the rest of the notebook is still graded.
ENDING = [
    Trick("os._exit in an answer", "import os\nos._exit(0)", earns=NOTHING, flags=("ended",)),
    Trick("os._exit when called", "import os\ndef pairs(text): os._exit(0)", earns=NOTHING,
          flags=("ended",)),
    Trick("SystemExit in an answer", "raise SystemExit(0)", earns=NOTHING),
    Trick("SystemExit when called", "def pairs(text): raise SystemExit(0)", earns=NOTHING),
    Trick("KeyboardInterrupt when called", "def pairs(text): raise KeyboardInterrupt",
          earns=NOTHING),
    Trick("exit()", "exit()", earns=NOTHING),
    Trick("a crash in C", "import ctypes\nctypes.string_at(0)", earns=NOTHING, flags=("ended",)),
    Trick("abort", "import os\nos.abort()", earns=NOTHING, flags=("ended",)),
    Trick("recursion without end", "import sys\nsys.setrecursionlimit(10**8)\n"
          "def pairs(text): return pairs(text)", earns=NOTHING),
    Trick("SIGKILL to itself and all", "import os, signal\nos.kill(os.getpid(), 9)\n"
          "os.kill(-1, 9)\nos.killpg(0, 9)\n" + WRONG, earns=NOTHING),
    Trick("SIGSTOP to itself", WRONG + "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
          earns=NOTHING),
    Trick("an alarm", "import signal, time\nsignal.alarm(1)\ntime.sleep(1.5)\n" + WRONG,
          earns=NOTHING),
    Trick("an endless loop", "while True: pass", earns=NOTHING),
    Trick("an endless loop when called", "def pairs(text):\n  while True: pass", earns=NOTHING),
    Trick("an endless loop that ignores interrupts", "import signal\n"
          "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", earns=NOTHING,
          flags=("ended",)),
    Trick("a loop that catches everything", "import time\nwhile True:\n  try: time.sleep(60)\n"
          "  except BaseException: pass", earns=NOTHING, flags=("ended",)),
    Trick("a pattern that never ends", "import re\nre.match('(a*)*b', 'a' * 40)", earns=NOTHING),
    Trick("computing in C that hears no interrupt", WRONG + "x = 3 ** 3 ** 17", earns=NOTHING),
    Trick("an await without end", WRONG + "import asyncio\nawait asyncio.sleep(3600)",
          earns=NOTHING),
    Trick("an object that cleans up without end", "class D(dict):\n  def __del__(s):\n"
          "    while True: pass\ndef pairs(text): return D()", earns=NOTHING),
    Trick("clocks that stand still", WRONG + "import time\n"
          "time.monotonic = time.time = time.perf_counter = lambda: 0.0\n"
          "while True: time.sleep(.01)", earns=NOTHING),
    Trick("work after the end", WRONG + "import atexit\n"
          "@atexit.register\ndef later():\n  while True: pass", earns=NOTHING),
    Trick("a thread left behind", WRONG + "import threading, time\ndef later():\n"
          "  while True: globals().update(pairs=lambda t: {}); time.sleep(.01)\n"
          "threading.Thread(target=later, daemon=False).start()",
          earns=NOTHING | {"pairs-part": 1}),
    Trick("a process left behind", WRONG + "import os, time\nif os.fork() == 0:\n"
          "  os.setsid()\n  if os.fork() == 0:\n    time.sleep(3600)\n  os._exit(0)",
          earns=NOTHING),
]  # fmt: skip

# Using up what there is.
GREEDY = [
    Trick("an array of 8 GB", "import numpy as np\nx = np.ones(10**9)", earns=NOTHING),
    Trick("a list that grows", "x = []\nwhile True: x.append('a' * 10**6)",
          earns={"pairs-test": 0, "pairs-part": 0}),
    Trick("shared memory that grows", "import mmap\nx = []\nwhile True:\n"
          "  m = mmap.mmap(-1, 2**26); m.write(b'a' * 2**26); x.append(m)", earns=NOTHING),
    Trick("memory in many processes", "import os, time\nfor i in range(40):\n"
          "  if os.fork() == 0:\n    x = bytearray(b'a' * 2**27); time.sleep(60)\ntime.sleep(60)",
          earns=NOTHING, flags=("ended",)),
    Trick("a fork bomb", "import os, time\nwhile True:\n  try: os.fork()\n"
          "  except OSError: time.sleep(.1)", earns=NOTHING),
    Trick("ten thousand threads", "import threading, time\nfor i in range(10**4):\n"
          "  threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", earns=NOTHING),
    Trick("a full disk", WRONG + "import os\ntry:\n  for i in range(10**4):\n"
          "    open(f'f{i}', 'wb').write(b'a' * 2**20)\nexcept OSError as e: print('full', e)",
          earns=NOTHING),
    Trick("a million files", WRONG + "try:\n  for i in range(10**6): open(f'f{i}', 'w').close()\n"
          "except OSError as e: print('full', e)", earns=NOTHING),
    Trick("a gigabyte of output", WRONG + "for i in range(1000): print('a' * 10**6)",
          earns=NOTHING),
    Trick("a gigabyte of output from below", WRONG + "import os\nfor i in range(20):\n"
          "  try: os.write(1, b'a' * 2**22)\n  except OSError: break", earns=NOTHING),
    Trick("a hundred thousand displays", WRONG + "from IPython.display import display\n"
          "for i in range(10**5): display(i)", earns=NOTHING),
    Trick("an error message of 100 MB", "raise ValueError('a' * 10**8)", earns=NOTHING),
    Trick("an error that can't be shown", "class E(Exception):\n  def __str__(s): raise s\n"
          "raise E", earns=NOTHING),
    Trick("an answer of ten million entries",
          "def pairs(text): return {i: i for i in range(10**7)}", earns=NOTHING),
    Trick("an answer that holds itself", "def pairs(text):\n  x = []; x.append(x); return x",
          earns=NOTHING),
    Trick("an answer nested a million deep", "def pairs(text):\n  x = []\n"
          "  for i in range(10**6): x = [x]\n  return x", earns=NOTHING),
    Trick("a number of a million digits", "def pairs(text): return {'ab': 10**10**6, 'ba': 1}",
          earns=NOTHING),
    Trick("an answer without end", "import itertools\ndef pairs(text): return itertools.count()",
          earns=NOTHING),
    Trick("an answer that claims a length of a billion", "class L:\n"
          "  def __len__(s): return 10**9\n  def __getitem__(s, i): return i\n"
          "def pairs(text): return L()", earns=NOTHING),
    Trick("a name of a million letters", WRONG + "pairs.__name__ = 'a' * 10**6", earns=NOTHING),
]  # fmt: skip

# Names, text and values meant to confuse whoever reads them.
ODD = [
    Trick("the test's own names set before", WRONG + "mark = 2.0\ncheck = None\nnp = None",
          earns=NOTHING | {"roots-test": 0, "inside-test": 0}),
    Trick("all names forgotten", WRONG + "%reset -f", earns=NOTHING | {"pairs-test": 0,
          "roots-test": 0, "inside-test": 0}),
    Trick("outputs captured by a magic", "%%capture\n" + WRONG, earns=NOTHING),
    Trick("built-in functions deleted", WRONG + "import builtins\nbuiltins.__dict__.clear()",
          earns=NOTHING, flags=("ended",)),
    Trick("asking for input", "input('password? ')", earns=NOTHING),
    Trick("asking for a password", "import getpass; getpass.getpass()", earns=NOTHING),
    Trick("a seed of its own", WRONG + "import os; os.environ['COURSE_CHECK_SEED'] = '0'",
          earns=NOTHING),
    Trick("all of Python's names replaced", WRONG + "__builtins__ = {}",
          earns=NOTHING | {"inside-test": 0}),
    Trick("letters of half a character",
          "def pairs(text): return {'\\ud800': 1, 'ab': '\\udfff'}", earns=NOTHING),
    Trick("every kind of number", "import numpy as np, decimal, fractions\ndef pairs(text):\n"
          "  return {'ab': np.longdouble(2), 'ba': decimal.Decimal('NaN'), 'y': -0.0,\n"
          "    'x': fractions.Fraction(1, 3), 'z': complex('nan'), 'd': np.datetime64('NaT')}",
          earns=NOTHING),
    Trick("stopping for a debugger", WRONG + "breakpoint()", earns=NOTHING),
    Trick("an answer under a wide name", fixtures.PAIRS.replace("def pairs", "def \uff50airs")),
    Trick("lines that look like half a merge conflict", "<<<<<<< a\n" * 49_000, earns=NOTHING),
    Trick("NUL in the code", "def pairs(text):\0 return {}", earns=NOTHING),
    Trick("control characters printed", WRONG + "print('\\x1b]0;x\\x07\\x1b[2J\\x9b', '\\u202e')",
          earns=NOTHING),
    Trick("a name that raises", "class M(type):\n  @property\n  def __name__(c): raise SystemExit\n"
          "class P(metaclass=M):\n  def __call__(s, t): return {}\npairs = P", earns=NOTHING),
    Trick("a name with line breaks and colors", WRONG + "pairs.__name__ = 'a\\n\\x1b[2J\\n' * 99",
          earns=NOTHING),
    Trick("an array of objects", "import numpy as np\n"
          "def pairs(text): return np.array([{}, {}], dtype=object)", earns=NOTHING),
    Trick("a structured array", "import numpy as np\n"
          "def pairs(text): return np.zeros(3, dtype='i4,f8')", earns=NOTHING),
    Trick("an array far too large for the judge", "import numpy as np\n"
          "def pairs(text): return np.broadcast_to(np.zeros(1), (10**5, 10**5))", earns=NOTHING),
    Trick("text that blows up when read", WRONG + "from lib.grading.inside import codec\n"
          "bomb = {'u': [[10**6], ['a' * 10**6] + [''] * (10**6 - 1)]}\n"
          "codec.encode = lambda *a: bomb", earns=NOTHING | {"roots-test": 0}),
    Trick("an array of a made-up kind", WRONG + "from lib.grading.inside import codec\n"
          "codec.encode = lambda *a: {'a': ['|O', [1], 'AAAAAAAAAAA=']}",
          earns=NOTHING | {"roots-test": 0}),
    Trick("a handle that was never given", WRONG + "from lib.grading.inside import codec\n"
          "codec.encode = lambda *a: {'h': [-1, 'pairs', True]}",
          earns=NOTHING | {"roots-test": 0}),
    Trick("calling back though nothing is to be called", FRAME + "def pairs(text):\n"
          "  frame(up='back', handle=0, given={'l': [{'l': []}, {'d': []}]})\n  return None",
          earns=NOTHING),
    Trick("a wrong kind of answer under the right number", WRONG +
          "from lib.grading.inside.wire import Wire\nsend = Wire.send\n"
          "junk = {'values': [1, {'pairs': 3}], 'value': {'x': []}, 'error': 7, 'states': 'no'}\n"
          "Wire.send = lambda s, m, d=None: send(s, m | junk)", earns=NOTHING | {"roots-test": 0}),
]  # fmt: skip

TRICKS = PASSING + CHANNEL + ENDING + GREEDY + ODD
