"""Names that no table and no lesson holds: what shops and people are called whose name says nothing to a stranger.

Made of syllables as several languages string them together; each owner's are their own, so that none is ever met twice.
"""

from __future__ import annotations

import random

# Beginnings of syllables, vowels, and how words end.
_TONGUES = (
    ("B C D F G L M N P R S T V BR CR GR TR PR ST CH", "A E I O U IA IO", "O A I INI ELLO ETTI ANO ONE"),
    ("B D H K L M N P R S V Z KR BR ST SV DR VL ZD J", "A E I O U Y", "OV IC SKI EK AK INA ENKO KA"),
    ("K S T N H M Y R W G Z D B SH CH TS", "A I U E O", "RA MI TO KO YA SHI NO N"),
    ("B D F G H K L M N R S T W SCH BR KR ST GR PF", "A E I O U EI AU IE", "ER EN EL MANN LING KE ITZ RODT"),
    ("B D G J K L M N P R S T V SH BH DH KR PR", "A I U E O AA", "ESH AN RAM JI VI IT APPA UR"),
    ("B C D F G H L M N P Q R S T V Z TR BR", "A E I O U OU AI", "EZ OSO EIRA INHO ADE EUX AINE ARD"),
    ("B C D F G H J K L M N P R S T V W X Z QU FL GL PL", "A E I O U Y EE OO", "IX O LY IFY A UX EX OZ LTZ RK"),
)


def strange_word(dice: random.Random) -> str:
    """One of them, in capitals."""
    begins, vowels, ends = (part.split() for part in dice.choice(_TONGUES))
    first = "".join(dice.choice(begins) + dice.choice(vowels) for _ in range(dice.choice((1, 1, 2))))
    return first + dice.choice(begins) + dice.choice(ends)


def strange_name(dice: random.Random) -> str:
    """A shop's: mostly one word."""
    return " ".join(strange_word(dice) for _ in range(dice.choice((1, 1, 2))))
