"""The null world: nobody is reached better by one channel or at one hour than anybody else.

Signals are as plentiful as in world A and mean nothing for payment; one tone effect holds for all. Who finds
something to personalise here has fooled themselves.
"""

from dataclasses import replace

from models.train.worlds.a import WORLD as A

WORLD = replace(
    A,
    key="null",
    means="reach and hour nought, one tone effect for all",
    tempers={name: replace(temper, plain=-0.05, last=-0.05) for name, temper in A.tempers.items()},
    reach=0.0,
    hour=0.0,
)
