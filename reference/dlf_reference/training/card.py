"""A model card: what was trained on what, how well it does, and what nobody should expect of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dlf_reference.data.catalogue import DATA_SETS
from dlf_reference.training.trained import TrainedRun

WATTS = {"cpu": 65, "cuda": 400, "mps": 30}  # assumed, and said so: nothing is measured
TASKS = {"vision": "image-classification", "text": "text-classification"}
ABOUT = {"digits": "1,797 handwritten digits, 8 × 8, enlarged to 28 × 28, from scikit-learn"}

TEMPLATE = """---
{{ card_data }}
---

# {{ title }}

A classifier of {{ run.classes | length }} classes, `{{ record.model }}` of the course dl-foundations, with
{{ "{:,}".format(record.parameters) }} parameters.
It was trained to learn how such models work, by `dlf-train`; it is not meant for decisions about people or things.

## How well it does

| | |
|---|---|
| test accuracy | {{ percent(record.accuracy) }} of {{ "{:,}".format(run.labels | length) }} examples |
| 95 % interval (exact binomial) | {{ percent(record.interval[0]) }} to {{ percent(record.interval[1]) }} |
{% if "train_accuracy" in record %}| training accuracy | {{ percent(record.train_accuracy) }} |
{% endif %}| macro F1 | {{ "%.4f" % record.macro_f1 }} |
| target | {{ percent(record.target) }}, {{ "reached" if record.reached else "missed" }} |
{% for picture in pictures %}
![{{ picture.stem }}]({{ picture.name }})
{% endfor %}
## Data

{{ about }}: {{ counts }}.

## Recipe

`{{ record.recipe }}` with {{ settings }}, seed {{ record.seed }}.
To train it again: `{{ command }}`.

## Limits

- It knows these classes and no others ({{ run.classes | join(", ") }}): whatever it is shown, it names one of them.
- The interval says how far the draw of the test examples may have moved the accuracy. It says nothing about the draw of
  the first weights: this is one seed.
- How it does on data from elsewhere was not measured, nor how it treats groups of people.
{% if run.vocabulary %}- It knows the {{ "{:,}".format(run.vocabulary | length) }} words of `vocabulary.txt`;
  all others are one to it.
{% endif %}
## Made with

{{ record.hardware }}; {{ versions }}.
{{ "%.1f" % (record.seconds / 60) }} minutes of training. At an assumed {{ watts }} W throughout that is about
{{ energy }}; the power was not measured.

The weights are in `model.safetensors`, under the names that the model gives them.
"""


def write_card(run: TrainedRun, record: dict[str, Any], command: str, pictures: list[Path]) -> str:
    """The card of a finished training, as Markdown with the metadata that the Hugging Face hub reads.

    Args:
        record: what is written to `record.json`.
        command: that trains it again.
        pictures: beside the card.
    """
    from huggingface_hub import EvalResult, ModelCard, ModelCardData

    kind, _, name = record["data"].partition(":")
    task = TASKS.get(kind, "image-classification")
    result = EvalResult(task, name, name, "accuracy", round(record["accuracy"], 5))
    model_name = record["model"].partition(":")[2]
    library = "numpy" if record["recipe"].startswith("numpy") else "pytorch"
    data = ModelCardData(
        library_name=library, tags=["dl-foundations"], datasets=[name], metrics=["accuracy"], pipeline_tag=task,
        model_name=model_name, eval_results=[result],
    )  # fmt: skip
    watts = WATTS[record["device"]]
    card = ModelCard.from_template(
        data,
        template_str=TEMPLATE,
        run=run,
        record=record,
        command=command,
        pictures=pictures,
        title=f"{model_name}, {run.id}",
        about=DATA_SETS[name].about if name in DATA_SETS else ABOUT.get(name, name),
        counts=", ".join(f"{count:,} {part.replace('_', '-')}" for part, count in record["examples"].items()),
        settings=_listed(record["settings"] | {f"model.{key}": value for key, value in record["arguments"].items()}),
        versions=_listed(record["versions"]),
        watts=watts,
        energy=f"{record['seconds'] / 3600 * watts:.2g} Wh",
        percent=lambda share: f"{100 * share:.2f} %",
    )
    return f"{card}\n"


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
