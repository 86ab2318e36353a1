"""nbgrader's settings for this course; the folder `exercises/` is the course directory."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "one-word-at-a-time"

# The sources of the assignments hold solutions and hidden tests: never copy them to learners.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md"]

# Seconds. A busy machine is slow to start a kernel, and a right answer may be slow too.
c.Execute.timeout = 120
c.Execute.startup_timeout = 180
c.Execute.iopub_timeout = 30

# Feedback pages show what a hidden check said, and not its code: the next class needs it hidden.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
