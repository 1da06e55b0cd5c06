"""A small vocabulary of Gemma 3's shape, as a GGUF without weights.

What the real one has at a fixed place is at that place (ids 0 to 106, newline runs, `user`, `model`, `Hello`); the
rest is a few thousand unused places, single characters and byte tokens.

Source of the ids: Gemma 3's chat template on one user turn `Hello` gives 2, 105, 2364, 107, 9259, 106, 107, 105,
4368, 107.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
SIZE = 9_300
TURNS = ("<start_of_turn>", "<end_of_turn>")
TAGS = ("<table>", "</table>", "<b>", "<code>")


def _fixed() -> dict[int, tuple[str, int]]:
    places = {0: ("<pad>", CONTROL), 1: ("<eos>", CONTROL), 2: ("<bos>", CONTROL), 3: ("<unk>", UNKNOWN)}
    places |= {4: ("<mask>", CONTROL), 5: ("[multimodal]", USER_DEFINED)}
    places |= {105: (TURNS[0], CONTROL), 106: (TURNS[1], CONTROL)}
    places |= {106 + n: ("\n" * n, USER_DEFINED) for n in range(1, 32)}
    places |= {136 + n: (" " * n, USER_DEFINED) for n in range(2, 32)}
    places |= {168 + n: (tag, USER_DEFINED) for n, tag in enumerate(TAGS)}
    places |= {238 + n: (f"<0x{n:02X}>", BYTE) for n in range(256)}
    places |= {2364: ("user", NORMAL), 4368: ("model", NORMAL), 9259: ("Hello", NORMAL)}
    return places


# The pieces that merges go through; a real vocabulary has them all.
_STEPS = ["us", "er", "mo", "de", "del", "el", "He", "lo", "llo", "ll", "▁", "▁a", "eo", "eos", "eos>", "s>", "<e"]
_CHARACTERS = [chr(code) for code in range(33, 127)] + list("äéñ漢字👍")


def write_gemma_vocabulary(path: Path, retyped: Mapping[str, int] | None = None, *, fusible: str = "") -> Path:
    """Write the vocabulary.

    Args:
        path: Where to.
        retyped: Types that differ from the real ones, by token: some published GGUFs have the turn tokens wrong.
        fusible: A token to which merges of ordinary pieces lead.
    """
    places = _fixed()
    pieces = [*_STEPS, *_CHARACTERS, *(fusible[:n] for n in range(2, len(fusible)))]
    free = (index for index in range(600, SIZE) if index not in places)
    known = {text for text, _ in places.values()}
    for piece in dict.fromkeys(pieces):
        if piece not in known:
            places[next(free)] = (piece, NORMAL)
    tokens = [places.get(index, (f"<unused{index}>", UNUSED)) for index in range(SIZE)]
    types = [(retyped or {}).get(text, kind) for text, kind in tokens]
    writer = gguf.GGUFWriter(str(path), "gemma3")
    writer.add_context_length(8192)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_scores([float(len(text)) - 1000 for text, _ in tokens])  # longer pieces first
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
