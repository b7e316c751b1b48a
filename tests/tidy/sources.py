"""The repository's files as git knows them, and the names that Python and TypeScript give in them."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMENTS = re.compile(r"/\*.*?\*/|//[^\n]*|<!--.*?-->", re.DOTALL)
TEXTS = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`")
# What declares a name: a keyword before it, or its place as a parameter, a property's type, a method.
DECLARED = re.compile(r"\b(?:const|let|var|function|class|interface|type|enum)\s+\*?\s*([A-Za-z_$][\w$]*)")
TYPED = re.compile(r"(?<![.\w$?])([A-Za-z_$][\w$]*)\??\s*:")
UNPACKED = re.compile(r"\b(?:const|let|var)\s*[{\[]([^}=\]]*)[}\]]\s*=")
CALLABLE = re.compile(r"(?m)^\s*(?:async\s+)?([A-Za-z_$][\w$]*)\([^()]*\)(?::[^{;=]*)?\s*\{")


def tracked(*patterns: str) -> list[Path]:
    """The files that are, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = [ROOT / line for line in listed.splitlines()]
    return [path for path in found if path.is_file()]


def shown(path: Path) -> str:
    """A path as a person reads it."""
    return str(path.relative_to(ROOT))


def python_names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives: to modules, classes, functions, arguments, variables."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.alias(asname=str(name)):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case _:
                continue  # gives no name


def client_names(text: str) -> set[str]:
    """The names that TypeScript or the script of a component gives, as far as reading line by line finds them."""
    script = "\n".join(re.findall(r"(?s)<script[^>]*>(.*?)</script>", text)) if "<script" in text else text
    code = TEXTS.sub('""', COMMENTS.sub(" ", script))
    names = set(DECLARED.findall(code)) | set(TYPED.findall(code)) | set(CALLABLE.findall(code))
    for inside in UNPACKED.findall(code):
        names |= {one.partition(":")[2].strip() or one.strip() for one in inside.split(",")}
    return {one for one in names if one.isidentifier()}
