"""`lib.device`: which device is picked, and generators that keep to themselves."""

from __future__ import annotations

import pytest
import torch

from lib.device import generator, pick_device


@pytest.fixture
def machine(monkeypatch):
    """Pretend that the machine has these devices; the environment wishes for none."""
    monkeypatch.delenv("COURSE_DEVICE", raising=False)

    def has(cuda: int = 0, mps: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    has()
    return has


@pytest.mark.parametrize(
    ("devices", "picked"),
    [
        ({}, "cpu"),
        ({"mps": True}, "mps"),
        ({"cuda": 1}, "cuda"),
        ({"cuda": 1, "mps": True}, "cuda"),
    ],
)
def test_best_device_first(machine, devices, picked):
    machine(**devices)
    assert pick_device() == torch.device(picked)


def test_wish_beats_environment_beats_machine(machine, monkeypatch):
    machine(cuda=2, mps=True)
    monkeypatch.setenv("COURSE_DEVICE", "mps")
    assert pick_device() == torch.device("mps")
    assert pick_device("cuda:1") == torch.device("cuda:1")
    monkeypatch.setenv("COURSE_DEVICE", "")
    assert pick_device() == torch.device("cuda")


@pytest.mark.parametrize("wish", ["gpu", "", "cpu:x", "meta", "tpu"])
def test_no_such_kind(machine, wish):
    with pytest.raises(ValueError, match=f"prefer must be one of cuda, mps, cpu, not '{wish}'"):
        pick_device(wish)


def test_environment_is_named_when_it_is_wrong(machine, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cuda")
    with pytest.raises(ValueError, match="COURSE_DEVICE must be one of cpu on this machine"):
        pick_device()


def test_number_out_of_range(machine):
    machine(cuda=2)
    with pytest.raises(ValueError, match="number below 2 on this machine, not 'cuda:2'"):
        pick_device("cuda:2")


def test_wrong_type(machine):
    with pytest.raises(TypeError, match="prefer must be a string"):
        pick_device(0)


def test_same_seed_same_numbers_and_nothing_else_moves():
    state = torch.get_rng_state()
    first, again, other = (torch.rand(5, generator=generator(seed)) for seed in (7, 7, 8))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("seed", [0, 2**63 - 1, torch.tensor(3)])
def test_seeds_that_work(seed):
    assert generator(seed).initial_seed() == int(seed)


@pytest.mark.parametrize("seed", [None, 1.0, "1", True])
def test_seed_of_a_wrong_type(seed):
    with pytest.raises(TypeError, match="seed must be an integer"):
        generator(seed)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_seed_out_of_range(seed):
    with pytest.raises(ValueError, match="seed must be from 0 to"):
        generator(seed)


@pytest.mark.gpu
def test_generator_on_the_real_device():
    device = pick_device()
    draws = [torch.rand(3, generator=generator(1, device), device=device) for _ in range(2)]
    assert torch.equal(*draws)
