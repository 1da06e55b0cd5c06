"""`extractor-train`: from rows to a GGUF, one step a command.

synth OUT               made-up rows for documents that no open data set covers
tokenizer DATA... -o R  R/pieces.json, R/vocabulary.gguf
data DATA... -o R       R/groups.pkl: token ids, and which of them carry loss
pretrain R --minutes M  R/checkpoint.pt, R/log.jsonl; goes on where it stopped
finetune ROWS --schema S -o EXPERT.gguf   all weights, from the embedded model or another
lora ROWS --schema S -o ADAPTER.gguf      a low-rank adapter, to be loaded beside it
export R -o MODEL.gguf  Q4_0, and MODEL.json beside it; R: a run, or a folder of Gemma 3 as Hugging Face lays it out
card CARD FIGURES       the last line of `python -m benchmarks.quality`, as the card's table
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
from pathlib import Path

from extractor.engine.llamacpp import open_vocabulary
from extractor.prompt.schema_text import render
from extractor.record.layout import dumps
from extractor_training import tokenizer
from extractor_training.corpus import NEVER, declaration, task_rows
from extractor_training.gguf_writer import write_vocabulary
from extractor_training.mixture import LONG, REFILLED, groups, long_groups, refilled_groups
from extractor_training.shape import Shape
from extractor_training.synth.__main__ import main as synth_main
from extractor_training.tokenizer import Pieces

LICENCES = [
    "CC BY 4.0",
    "CC BY 3.0",
    "CC BY-SA 4.0",
    "CC BY-SA 3.0",
    "CC0 1.0",
    "Apache-2.0",
    "MIT",
    "CDLA-Permissive-1.0",
]
_ROWS_A_TASK = 16_000
_DETAIL_ODDS = {"full": 0.6, "no_descriptions": 0.2, "no_labels": 0.2}


def make_tokenizer(roots: list[Path], run: Path, size: int, spaced: int) -> None:
    """Learn a vocabulary from every task's texts, records and schemas, and write it as JSON and as a GGUF."""
    texts: list[str] = []
    rng = random.Random(0)
    for root in roots:
        for task in sorted(p.name for p in root.iterdir() if (p / "schemas").is_dir() and p.name not in NEVER):
            rows = task_rows(root, task, "train")
            rng.shuffle(rows)
            texts += [f"{r.text} \n {dumps(r.record)}" for r in rows[:_ROWS_A_TASK]]
            texts += [render(declaration(root, task, s)) for s in sorted({r.schema for r in rows})] * 8
    run.mkdir(parents=True, exist_ok=True)
    pieces = tokenizer.train(texts, size, spaced)
    pieces.save(run / "pieces.json")
    write_vocabulary(pieces, run / "vocabulary.gguf")


def make_data(roots: list[Path], run: Path, long_rows: int, refilled_rows: int) -> None:
    """Tokenise every task and keep the groups in one file."""
    with open_vocabulary(run / "vocabulary.gguf") as vocabulary:
        made = groups(roots, vocabulary)
        if long_rows:
            made += long_groups(roots, vocabulary, long_rows, Shape().context - 96, LONG)
        if refilled_rows:
            made += refilled_groups(roots[0], vocabulary, refilled_rows, REFILLED)
    partial = run / "groups.pkl.partial"
    partial.write_bytes(pickle.dumps(made))
    partial.replace(run / "groups.pkl")


def pretrain(run: Path, minutes: float, threads: int | None) -> None:
    """Train from scratch, or go on from the checkpoint in the folder."""
    import torch

    from extractor_training.pretrain import Plan, Run

    torch.set_num_threads(threads or len(os.sched_getaffinity(0)))
    pieces = Pieces.load(run / "pieces.json")
    trained = Run(run, Shape(vocabulary=len(pieces.texts)), pieces, Plan(minutes))
    trained.train(pickle.loads((run / "groups.pkl").read_bytes()), _DETAIL_ODDS)


def finetune(arguments: argparse.Namespace) -> None:
    """Train an expert and write it."""
    import torch

    from extractor.api.schema_argument import load_schema
    from extractor.store.catalog import embedded_path
    from extractor_training.finetune import Course
    from extractor_training.finetune import finetune as train_expert

    torch.set_num_threads(arguments.threads or len(os.sched_getaffinity(0)))
    out: Path = arguments.out
    course = Course(
        rows=arguments.rows,
        base=arguments.base or embedded_path(),
        run=arguments.run or out.with_suffix(".run"),
        out=out,
        minutes=arguments.minutes,
        licences=arguments.licence,
        rank=arguments.rank,
        rate=arguments.rate,
    )
    train_expert(load_schema(arguments.schema), course)


def export(run: Path, out: Path, checkpoint: str) -> None:
    """Write the GGUF of a run, or of a checkpoint in Hugging Face's layout, and the facts about it."""
    from extractor_training import export as exporting
    from extractor_training.base import read_base

    if (run / "config.json").is_file():
        known = read_base(run)
        about = exporting.metadata(known.licences, (), known.origin)
        parameters = exporting.write_model(out, known.shape, known.pieces, known.weights, about)
    else:
        parameters = exporting.export(run / checkpoint, Pieces.load(run / "pieces.json"), out, LICENCES)
    exporting.describe(out, parameters, out.with_suffix(".json"))


def card(path: Path, figures: Path, measured: str) -> None:
    """Put measured figures into a model card."""
    from extractor_training.card import with_figures

    found = json.loads(figures.read_text(encoding="utf-8").splitlines()[-1])
    path.write_text(with_figures(path.read_text(encoding="utf-8"), found, measured), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="extractor-train", description=__doc__, formatter_class=_Plain)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("synth", add_help=False, help="make rows up")
    for name in ("tokenizer", "data"):
        step = steps.add_parser(name)
        step.add_argument("roots", nargs="+", type=Path, help="folders of tasks")
        step.add_argument("-o", "--run", type=Path, required=True, help="folder of the run")
        if name == "tokenizer":
            step.add_argument("--size", type=int, default=Shape().vocabulary, help="tokens in all")
            step.add_argument("--spaced", type=int, default=2300, help="pieces with a space before them")
        else:
            step.add_argument("--long-rows", type=int, default=260, help="rows of up to the whole context, a schema")
            step.add_argument("--refilled-rows", type=int, default=22000, help="pii rows written anew")
    step = steps.add_parser("pretrain")
    step.add_argument("run", type=Path)
    step.add_argument("--minutes", type=float, required=True, help="wall time of the whole run, resumptions included")
    step.add_argument("--threads", type=int)
    for name in ("finetune", "lora"):
        step = steps.add_parser(name)
        step.add_argument("rows", type=Path, help='JSON Lines of {"text", "record"}')
        step.add_argument("--schema", required=True, help="as for `extractor extract`")
        step.add_argument("-o", "--out", type=Path, required=True)
        step.add_argument(
            "--base", type=Path, help="a GGUF of extractor-train, or a folder of Gemma 3 as Hugging Face lays it out"
        )
        step.add_argument("--minutes", type=float, default=10)
        step.add_argument("--run", type=Path, help="folder of checkpoints and log; OUT.run if left out")
        step.add_argument("--threads", type=int)
        step.add_argument("--rate", type=float, default=1.0, help="how much faster than usual to learn")
        step.add_argument("--licence", action="append", default=[], help="of the rows; may be repeated")
        step.add_argument("--rank", type=int, default=8 if name == "lora" else 0, help=argparse.SUPPRESS)
    step = steps.add_parser("export")
    step.add_argument("run", type=Path)
    step.add_argument("-o", "--out", type=Path, required=True)
    step.add_argument("--checkpoint", default="checkpoint.pt")
    step = steps.add_parser("card")
    step.add_argument("card", type=Path)
    step.add_argument("figures", type=Path)
    step.add_argument("--measured", required=True, help="when and on what, in words")
    return parser


class _Plain(argparse.RawDescriptionHelpFormatter):
    """The module's text as it stands."""


def main(argv: list[str] | None = None) -> None:
    """Run one step."""
    arguments, rest = _parser().parse_known_args(argv)
    match arguments.step:
        case "synth":
            synth_main(rest)
        case "tokenizer":
            make_tokenizer(arguments.roots, arguments.run, arguments.size, arguments.spaced)
        case "data":
            make_data(arguments.roots, arguments.run, arguments.long_rows, arguments.refilled_rows)
        case "pretrain":
            pretrain(arguments.run, arguments.minutes, arguments.threads)
        case "finetune" | "lora":
            finetune(arguments)
        case "export":
            export(arguments.run, arguments.out, arguments.checkpoint)
        case "card":
            card(arguments.card, arguments.figures, arguments.measured)


if __name__ == "__main__":
    main()
