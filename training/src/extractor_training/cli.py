"""`extractor-train`: from rows to a GGUF, one step a command.

synth OUT               made-up rows for documents that no open data set covers
tokenizer DATA... -o R  R/pieces.json, R/vocabulary.gguf
data DATA... -o R       R/groups.pkl: token ids, and which of them carry loss
pretrain R --minutes M  R/checkpoint.pt, R/log.jsonl; goes on where it stopped
finetune ROWS --schema S -o EXPERT.gguf   all weights, from the embedded model or another
lora ROWS --schema S -o ADAPTER.gguf      a low-rank adapter, to be loaded beside it
average R... -o R       the mean of several runs' weights, often better than each of them
export R -o MODEL.gguf  Q4_0, and MODEL.json beside it; R: a run, or a folder of Gemma 3 as Hugging Face lays it out
plot R -o LOSS.svg      the log of a run as a picture
card CARD FIGURES       the last line of `python -m benchmarks.quality`, as the card's table
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
from collections.abc import Set
from datetime import datetime
from pathlib import Path

from gguf import GGUFReader

from extractor.engine.llamacpp import open_vocabulary
from extractor.prompt.schema_text import render
from extractor.record.layout import dumps
from extractor_training import plot, tokenizer
from extractor_training.corpus import NEVER, declaration, task_names, task_rows
from extractor_training.dataset import Tokeniser
from extractor_training.gguf_writer import read_pieces, write_vocabulary
from extractor_training.mixture import (
    groups,
    long_groups,
    plain_groups,
    refilled_groups,
    swapped_groups,
    varied_groups,
    weighted,
)
from extractor_training.shape import Shape
from extractor_training.synth import refill
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
_RATE_FROM_BASE = 0.5  # of the rate from scratch
_ROWS_A_TASK = 16_000
_DETAIL_ODDS = {"full": 0.75, "no_descriptions": 0.15, "no_labels": 0.1}


def make_tokenizer(arguments: argparse.Namespace) -> None:
    """Write a vocabulary as JSON and as a GGUF: a base model's, or one learnt from texts, records and schemas."""
    run: Path = arguments.run
    run.mkdir(parents=True, exist_ok=True)
    if arguments.base:
        pieces = read_pieces(GGUFReader(arguments.base))
    else:
        texts = _texts(arguments.roots, NEVER.union(arguments.without))
        pieces = tokenizer.train(texts, arguments.size, arguments.spaced)
    pieces.save(run / "pieces.json")
    write_vocabulary(pieces, run / "vocabulary.gguf")


def _texts(roots: list[Path], without: Set[str]) -> list[str]:
    texts: list[str] = []
    rng = random.Random(0)
    for root in roots:
        for task in task_names(root, without):
            rows = task_rows(root, task, "train")
            rng.shuffle(rows)
            texts += [f"{r.text} \n {dumps(r.record)}" for r in rows[:_ROWS_A_TASK]]
            texts += [render(declaration(root, task, s)) for s in sorted({r.schema for r in rows})] * 8
    return texts


def make_data(arguments: argparse.Namespace) -> None:
    """Tokenise every task and keep the groups in one file."""
    roots, run, without = arguments.roots, arguments.run, frozenset(arguments.without)
    with open_vocabulary(run / "vocabulary.gguf") as vocabulary:
        tokeniser = Tokeniser(vocabulary)
        tasks = groups(roots, tokeniser, without, arguments.rows)
        made = [*tasks, *plain_groups(tasks, roots, tokeniser), *varied_groups(roots, tokeniser, without)]
        if arguments.long_rows:
            made += long_groups(roots, tokeniser, arguments.long_rows, Shape().context - 96, without)
        if arguments.refilled_rows and refill.TASK not in without:
            made += refilled_groups(roots[0], tokeniser, arguments.refilled_rows)
        made += swapped_groups(roots[0], tokeniser, arguments.swapped_rows, without)
    partial = run / "groups.pkl.partial"
    partial.write_bytes(pickle.dumps(made))
    partial.replace(run / "groups.pkl")


def pretrain(arguments: argparse.Namespace) -> None:
    """Train from scratch or from a GGUF, or go on from the checkpoint in the folder."""
    import torch

    from extractor_training.base import read_gguf
    from extractor_training.model import fuse
    from extractor_training.pretrain import Plan, Run

    torch.set_num_threads(arguments.threads or len(os.sched_getaffinity(0)))
    if arguments.fuse:
        fuse()
    run: Path = arguments.run
    pieces = Pieces.load(run / "pieces.json")
    shape, start = Shape(vocabulary=len(pieces.texts)), None
    if arguments.base:
        known = read_gguf(arguments.base)
        if known.pieces.texts != pieces.texts:
            raise SystemExit(f"{run}/pieces.json is not {arguments.base}'s vocabulary: make it with tokenizer --base")
        shape, start = known.shape, known.weights
    rate = arguments.rate or (_RATE_FROM_BASE if arguments.base else 1.0)
    until = arguments.until and datetime.fromisoformat(arguments.until).timestamp()
    plan = Plan(
        arguments.minutes or 0,
        rate=rate,
        until=until,
        decay=arguments.decay,
        batch_tokens=arguments.batch_tokens,
        quantised=arguments.quantised,
        word_dropout=arguments.word_dropout,
        dropout=arguments.dropout,
    )
    trained = Run(run, shape, pieces, plan, start)
    trained.train(weighted(pickle.loads((run / "groups.pkl").read_bytes())), _DETAIL_ODDS)


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
        swapped=arguments.swapped,
    )
    train_expert(load_schema(arguments.schema), course)


def average_runs(arguments: argparse.Namespace) -> None:
    """Write the mean of several runs.

    Raises:
        SystemExit: They can't be averaged.
    """
    from extractor_training.average import average

    shares = arguments.shares or [1.0] * len(arguments.runs)
    if len(shares) != len(arguments.runs):
        raise SystemExit(f"{len(arguments.runs)} runs, but {len(shares)} --shares: give one for each")
    try:
        average(dict(zip(arguments.runs, shares, strict=True)), arguments.out)
    except ValueError as error:
        raise SystemExit(str(error)) from error


def export(arguments: argparse.Namespace) -> None:
    """Write the GGUF of a run, or of a checkpoint in Hugging Face's layout, and the facts about it.

    Raises:
        SystemExit: llama.cpp decides with it what torch does not decide, too often.
    """
    from extractor_training import export as exporting
    from extractor_training.base import read_base

    out, run = arguments.out, arguments.run
    if (run / "config.json").is_file():
        known = read_base(run)
        about = exporting.metadata(known.licences, (), known.origin)
        parameters = exporting.write_model(out, known.shape, known.pieces, known.weights, about)
    else:
        pieces, checkpoint = Pieces.load(run / "pieces.json"), run / arguments.checkpoint
        parameters = exporting.export(checkpoint, pieces, out, LICENCES, quantised=not arguments.plain)
        if arguments.check:
            _check(arguments, checkpoint)
    exporting.describe(out, parameters, out.with_suffix(".json"))


def _check(arguments: argparse.Namespace, checkpoint: Path) -> None:
    from extractor_training.agreement import REQUIRED, agreement, texts

    rows = texts(arguments.check, arguments.texts)
    found = agreement(arguments.out, checkpoint, rows, quantised=not arguments.plain)
    print(f"{found.equal} of {found.tokens} tokens of {found.texts} texts equal torch's: {found.share:.4f}")
    if found.share < REQUIRED:
        raise SystemExit(f"{arguments.out} decides otherwise than {checkpoint}: at least {REQUIRED:.0%} must be equal")


def card(path: Path, figures: Path, measured: str) -> None:
    """Put measured figures into a model card."""
    from extractor_training.card import with_figures

    found = json.loads(figures.read_text(encoding="utf-8").splitlines()[-1])
    path.write_text(with_figures(path.read_text(encoding="utf-8"), found, measured), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="extractor-train", description=__doc__, formatter_class=_Plain)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("synth", add_help=False, help="make rows up")
    _add_data(steps)
    _add_pretrain(steps.add_parser("pretrain"))
    for name in ("finetune", "lora"):
        _add_expert(steps.add_parser(name), 8 if name == "lora" else 0)
    step = steps.add_parser("average")
    step.add_argument("runs", nargs="+", type=Path)
    step.add_argument("-o", "--out", type=Path, required=True)
    step.add_argument("--shares", nargs="+", type=float, help="how much each counts; all alike if left out")
    _add_export(steps.add_parser("export"))
    step = steps.add_parser("plot")
    step.add_argument("run", type=Path)
    step.add_argument("-o", "--out", type=Path, required=True)
    step = steps.add_parser("card")
    step.add_argument("card", type=Path)
    step.add_argument("figures", type=Path)
    step.add_argument("--measured", required=True, help="when and on what, in words")
    return parser


def _add_data(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name in ("tokenizer", "data"):
        step = steps.add_parser(name)
        step.add_argument("roots", nargs="*", type=Path, help="folders of tasks")
        step.add_argument("-o", "--run", type=Path, required=True, help="folder of the run")
        step.add_argument("--without", nargs="+", default=[], metavar="TASK", help="leave these tasks out altogether")
        if name == "tokenizer":
            step.add_argument("--base", type=Path, help="take the vocabulary of this GGUF")
            step.add_argument("--size", type=int, default=Shape().vocabulary, help="tokens in all")
            step.add_argument("--spaced", type=int, default=2300, help="pieces with a space before them")
        else:
            step.add_argument("--rows", type=int, help="at most so many rows a task, drawn by lot")
            step.add_argument("--long-rows", type=int, default=260, help="rows of up to the whole context, a schema")
            step.add_argument("--refilled-rows", type=int, default=22000, help="pii rows written anew")
            step.add_argument("--swapped-rows", type=int, default=25000, help="of a task, at most: with other values")


def _add_pretrain(step: argparse.ArgumentParser) -> None:
    step.add_argument("run", type=Path)
    length = step.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="wall time of the whole run, resumptions included")
    length.add_argument("--until", metavar="TIME", help="when it ends, in ISO form: for a machine that others use too")
    step.add_argument("--quantised", type=float, default=0.3, help="share of the run, at its end, under fake Q4_0")
    step.add_argument("--decay", type=float, default=0.5, help="share of it, at its end, over which the rate falls")
    step.add_argument("--fuse", action="store_true", help="a quarter faster; needs a C++ compiler and a minute more")
    step.add_argument("--base", type=Path, help="a GGUF of extractor-train to go on from")
    step.add_argument("--rate", type=float, help="1: from scratch; with --base 0.5 if left out")
    step.add_argument("--batch-tokens", type=int, default=4096, help="tokens a step")
    step.add_argument(
        "--dropout", type=_share, default=0.0, help="share of what a block adds that is dropped at a step"
    )
    step.add_argument("--word-dropout", type=_share, default=0.2, help="most of its words that a short text may lose")
    step.add_argument("--threads", type=int)


def _add_expert(step: argparse.ArgumentParser, rank: int) -> None:
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
    step.add_argument("--swapped", type=_share, default=0.5, help="share of rows with other verbatim values (0.5)")
    step.add_argument("--licence", action="append", default=[], help="of the rows; may be repeated")
    step.add_argument("--rank", type=int, default=rank, help=argparse.SUPPRESS)


def _share(written: str) -> float:
    share = float(written)
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"a share is at least 0 and less than 1, not {written}")
    return share


def _add_export(step: argparse.ArgumentParser) -> None:
    step.add_argument("run", type=Path)
    step.add_argument("-o", "--out", type=Path, required=True)
    step.add_argument("--checkpoint", default="checkpoint.pt")
    step.add_argument("--plain", action="store_true", help="F32 throughout, to compare with")
    step.add_argument("--check", nargs="+", type=Path, metavar="DATA", help="compare with torch on development rows")
    step.add_argument("--texts", type=int, default=200, help="how many")


class _Plain(argparse.RawDescriptionHelpFormatter):
    """The module's text as it stands."""


def main(argv: list[str] | None = None) -> None:
    """Run one step."""
    arguments, rest = _parser().parse_known_args(argv)
    match arguments.step:
        case "synth":
            synth_main(rest)
        case "tokenizer":
            make_tokenizer(arguments)
        case "data":
            make_data(arguments)
        case "pretrain":
            pretrain(arguments)
        case "finetune" | "lora":
            finetune(arguments)
        case "average":
            average_runs(arguments)
        case "export":
            export(arguments)
        case "plot":
            arguments.out.write_text(plot.svg(plot.read_log(arguments.run / "log.jsonl")), encoding="utf-8")
        case "card":
            card(arguments.card, arguments.figures, arguments.measured)


if __name__ == "__main__":
    main()
