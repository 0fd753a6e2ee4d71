"""Turns what the parser could not take into a fault that a reader understands."""

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from alerts.rules.errors import RuleError, fault

OPERATORS = {"_OR", "_AND", "NOT", "NEAR", "BEFORE"}
FAULTS_OF_CHARACTERS = {
    **dict.fromkeys('"＂“”', "open_quote"),
    **dict.fromkeys("!！", "bang"),
    **dict.fromkeys("*＊", "star"),
    **dict.fromkeys("{｛}｝", "count_place"),
    **dict.fromkeys("/／", "open_pattern"),
    **dict.fromkeys("=＝~～", "missing_word"),
}


def explain(unexpected: UnexpectedInput, rule: str, parser: Lark) -> RuleError:
    """Name the fault at which the parser stopped."""
    if isinstance(unexpected, UnexpectedCharacters):
        at = unexpected.pos_in_stream or 0
        return fault(FAULTS_OF_CHARACTERS.get(rule[at], "stray"), at, found=rule[at])
    if not isinstance(unexpected, UnexpectedToken):
        raise TypeError(f"the parser raised {unexpected!r}")
    return _at_token(unexpected.token, _tokens_before(unexpected.token, rule, parser))


def _tokens_before(token: Token, rule: str, parser: Lark) -> list[Token]:
    end = token.type == "$END"
    tokens = []
    for other in parser.lex(rule):
        if not end and other.start_pos == token.start_pos:
            break
        tokens.append(other)
    return tokens


def _at_token(token: Token, before: list[Token]) -> RuleError:
    if token.type == "COUNT":
        return fault("count_place", _start(token))
    if before and (left_open := _left_open(before[-1], token)):
        return left_open
    if token.type in OPERATORS:
        return fault("missing_term", _start(token), operator=str(token))
    if token.type == "_CLOSE":
        return fault("stray_bracket", _start(token))
    return fault("open_bracket", _open_bracket(before))


def _left_open(last: Token, token: Token) -> RuleError | None:
    """Name the fault of a token that wanted something else behind it."""
    if last.type == "FIELD" and token.type == "FIELD":
        return fault("nested_field", _start(token), outer=last[:-1])
    if last.type == "FIELD":
        return fault("missing_value", _start(last), field=last[:-1])
    if last.type in OPERATORS:
        return fault("missing_term", _start(last), operator=str(last))
    if last.type == "_OPEN" and token.type == "_CLOSE":
        return fault("empty_bracket", _start(last))
    return None


def _open_bracket(tokens: list[Token]) -> int:
    """Return where the innermost bracket stands that nothing closes."""
    still_open: list[int] = []
    for token in tokens:
        if token.type == "_OPEN":
            still_open.append(_start(token))
        elif token.type == "_CLOSE":
            still_open.pop()
    return still_open[-1]


def _start(token: Token) -> int:
    return token.start_pos or 0
