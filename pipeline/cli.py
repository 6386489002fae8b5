"""The command line: parse, call, print; one command a stage, and `run` for all."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.errors import InputError, PipelineError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.config import Taxonomy
    from pipeline.corrections import Review
    from pipeline.run import Progress

GOOD, FAULT, SOME_REFUSED = 0, 1, 3  # 2, wrong usage, is Typer's
RAW, OUT = Path("data/raw"), Path("data/processed")
TOP = 10  # issues in the table that a run prints

app = typer.Typer(
    help="From Dutch session notes to themes and ranked urgent issues, every rank traceable to quotes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

RawOption = Annotated[Path, typer.Option("--raw", help="Folder with a folder for each session, or one file.")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="Settings to lay over configs/pipeline.yaml.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Run also what is up to date.")]
NoMaskOption = Annotated[bool, typer.Option("--no-mask", help="Leave people's names in every output (marked as such).")]
FromOption = Annotated[str, typer.Option("--from", help="Stage to start from; earlier results are taken as they are.")]
UntilOption = Annotated[str, typer.Option("--until", help="Stage to end with.")]


@app.command("run")
def run_command(
    raw: RawOption = RAW,
    out: OutOption = OUT,
    config: ConfigOption = None,
    force: ForceOption = False,
    first: FromOption = "ingest",
    last: UntilOption = "report",
    no_mask: NoMaskOption = False,
) -> None:
    """Run all stages on the raw data, skip what is up to date, and print the most urgent issues."""
    from pipeline.plan import STAGE_NAMES

    for option, name in (("--from", first), ("--until", last)):
        if name not in STAGE_NAMES:
            raise typer.BadParameter(
                f"there is no stage '{name}'; stages are {', '.join(STAGE_NAMES)}", param_hint=option
            )
    if STAGE_NAMES.index(first) > STAGE_NAMES.index(last):
        raise typer.BadParameter(f"'{first}' comes after '{last}'", param_hint="--from")
    _run(raw, out, config, force=force, first=first, last=last, no_mask=no_mask)


def _run(raw: Path, out: Path, config: Path | None, *, force: bool, first: str, last: str, no_mask: bool) -> None:
    from pipeline.run import Request, run

    if no_mask:
        _say("NAMES OF PEOPLE ARE NOT MASKED: do not pass these results on.")
    request = Request(raw, out, config, force=force, first=first, last=last, masked=False if no_mask else None)
    outcome = run(request, say=_say, progress=_progress())
    if last == "report":
        _print_issues(out)
    for name, reason in outcome.refused.items():
        _say(f"not read: {name}: {reason}")
    if outcome.refused:
        raise typer.Exit(SOME_REFUSED)


def _add_stage(name: str, text: str) -> None:
    def command(
        raw: RawOption = RAW,
        out: OutOption = OUT,
        config: ConfigOption = None,
        force: ForceOption = False,
    ) -> None:
        first = "ingest" if name == "mask" else name
        last = "mask" if name == "ingest" else name
        _run(raw, out, config, force=force, first=first, last=last, no_mask=False)

    app.command(name, help=text)(command)


for _name, _text in {
    "ingest": "Read every file, repair its text, cut it into segments; mask follows at once.",
    "mask": "Replace people's names by codes, in the same go as reading them.",
    "tokenise": "Find sentences, lemmas and parts of speech.",
    "cluster": "Group questions into themes.",
    "match": "Match questions and themes to the taxonomy.",
    "rank": "Score and rank the urgency of themes.",
    "report": "Write issues.json and what people read.",
}.items():
    _add_stage(_name, _text)


@app.command("extract")
def extract_command(
    raw: RawOption = RAW,
    out: OutOption = OUT,
    config: ConfigOption = None,
    force: ForceOption = False,
    explained: Annotated[
        Path | None,
        typer.Option("--explain", metavar="FILE", help="Show what is found in this file and why; write nothing."),
    ] = None,
) -> None:
    """Find questions and concerns, or show sentence by sentence what is found in a file."""
    if explained is None:
        _run(raw, out, config, force=force, first="extract", last="extract", no_mask=False)
        return
    from pipeline.trial import try_file
    from pipeline.views.terminal import sentence_listing

    typer.echo(sentence_listing(try_file(explained, config).itertuples(index=False)))


@app.command()
def status(raw: RawOption = RAW, out: OutOption = OUT, config: ConfigOption = None) -> None:
    """Say for each stage whether it is up to date, and if not, why."""
    from pipeline.run import Request
    from pipeline.run import status as reasons

    for stage, reason in reasons(Request(raw, out, config)).items():
        typer.echo(f"{stage:<10}{'up to date' if reason is None else f'will run: {reason}'}")


@app.command()
def explain(
    issue_id: Annotated[str, typer.Argument(help="An issue's id, such as T-7f3a91c2.")], out: OutOption = OUT
) -> None:
    """Show how an issue's urgency was summed up, and the passages behind it."""
    from pipeline.contract import load_issues
    from pipeline.views.terminal import explanation

    typer.echo(explanation(load_issues(out / "issues.json"), issue_id))


@app.command()
def validate(path: Annotated[Path, typer.Argument(help="An issues.json.")]) -> None:
    """Check an issues.json against the contract; every fault with its place."""
    from pipeline.contract import load_issues

    issues = load_issues(path)
    typer.echo(f"{path}: valid, schema {issues.schema_version}, {len(issues.issues)} issues")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Option("--gold", help="Gold questions (.jsonl), or a folder with them.")],
    out: OutOption = OUT,
) -> None:
    """Measure the last run against questions that people labelled."""
    from pipeline import store
    from pipeline.evaluate import evaluate as measure
    from pipeline.evaluate import load_gold
    from pipeline.plan import KEPT_TABLES
    from pipeline.views.terminal import figures

    labels = load_gold(gold)
    tables = {table.name: store.read_table(out / f"{table.name}.parquet", table) for table in KEPT_TABLES}
    typer.echo(figures(measure(tables, labels)))


review_app = typer.Typer(help="Let people correct the results, and compare how they judge.", no_args_is_help=True)
app.add_typer(review_app, name="review")


@review_app.command("export")
def review_export(out: OutOption = OUT, config: ConfigOption = None) -> None:
    """Write review.xlsx, a workbook in which people correct questions and themes."""
    from pipeline import review, store
    from pipeline.views.review_sheets import review_workbook

    path = out / "review.xlsx"
    tables, taxonomy, earlier, _ = _reviewed(out, config)
    if path.exists() and not review.is_kept(path, taxonomy, earlier=earlier, themes=_names(tables["themes"])):
        hint = "apply it with `opdenk review apply`, or move or remove it."
        raise InputError(f"{path} holds corrections that were not applied.", hint=hint)
    store.write(path, review_workbook(tables, taxonomy, earlier))
    typer.echo(f"{path}: {len(tables['questions'])} questions, {len(tables['themes'])} themes")


@review_app.command("apply")
def review_apply(
    workbook: Annotated[Path, typer.Argument(help="A review.xlsx that was filled in.")],
    out: OutOption = OUT,
    config: ConfigOption = None,
) -> None:
    """Keep the corrections of a workbook; every later run replays them."""
    from pipeline import store
    from pipeline.corrections import dump_review
    from pipeline.review import read_corrections

    tables, taxonomy, earlier, path = _reviewed(out, config)
    newer = read_corrections(workbook, taxonomy, earlier=earlier, themes=_names(tables["themes"]))
    store.write(path, dump_review(earlier.merged(newer)))
    typer.echo(f"{path}: {len(newer.questions)} questions and {len(newer.themes)} themes corrected; now run again")


@review_app.command("compare")
def review_compare(
    one: Annotated[Path, typer.Argument(help="A filled-in review.xlsx.")],
    other: Annotated[Path | None, typer.Argument(help="Another; without it, what the run gave.")] = None,
    config: ConfigOption = None,
) -> None:
    """Say how far two people, or a person and the machine, agree on categories where both filled one in."""
    from pipeline import agreement
    from pipeline import config as configuration
    from pipeline.review import judgements

    settings = configuration.load(config)
    taxonomy = configuration.load_taxonomy(configuration.resource_path(settings.taxonomy, config))
    second = judgements(other or one, taxonomy, machine=other is None)
    typer.echo(agreement.show(agreement.compare(judgements(one, taxonomy), second, seed=settings.seed)))


def _reviewed(out: Path, config_file: Path | None) -> "tuple[dict[str, pd.DataFrame], Taxonomy, Review, Path]":
    """The tables that a review is about, the taxonomy, the corrections so far, and where they are kept."""
    from pipeline import config, corrections, store, tables

    needed = (tables.SESSIONS, tables.QUESTIONS, tables.THEMES, tables.QUESTION_THEMES, tables.MATCHES, tables.ISSUES)
    kept = {table.name: store.read_table(out / f"{table.name}.parquet", table) for table in needed}
    settings = config.load(config_file)
    taxonomy = config.load_taxonomy(config.resource_path(settings.taxonomy, config_file))
    path = config.resource_path(settings.review, config_file)
    questions = dict(zip(kept["questions"]["question_id"], kept["questions"]["text"], strict=True))
    return kept, taxonomy, corrections.load_review(path).bound_to(questions), path


def _names(themes: "pd.DataFrame") -> dict[str, str]:
    return dict(zip(themes["theme_id"], themes["label"], strict=True))


def _print_issues(out: Path) -> None:
    from pipeline.contract import load_issues
    from pipeline.views.terminal import table

    typer.echo(table(load_issues(out / "issues.json"), n_rows=TOP))
    typer.echo(f"Results: {out}/issues.json, report.html, issues.xlsx")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _progress() -> "Progress":
    """A line on stderr that shows how far a stage is, from a second on, and only on a terminal."""
    began = time.monotonic()

    def show(stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > 1:
            typer.echo(f"\r{stage} {done}/{total}\033[K\r", err=True, nl=False)

    return show


def main() -> NoReturn:
    """Run the command line; a fault that the user can mend ends with a message and exit code 1."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # must be set before numpy is loaded
        os.environ.setdefault(name, "1")  # threads add up in any order, and for small matrices cost more than they save
    try:
        app()
    except PipelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(FAULT)
    sys.exit(GOOD)


if __name__ == "__main__":
    main()
