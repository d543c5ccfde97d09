import gzip
import os

import numpy as np
import pyarrow
import pytest
from dlf_reference.data import DataError, catalogue, cli, hub, quick, text, vision
from dlf_reference.data.quick import digits
from dlf_reference.data.split import held_out
from dlf_reference.training import numpy_models
from pyarrow import parquet
from sklearn.datasets import load_digits

DATA = os.environ.get("DLF_DATA", "")
needs_mnist = pytest.mark.skipif(not os.path.isdir(f"{DATA}/MNIST"), reason="MNIST is not in DLF_DATA")


@pytest.mark.parametrize("size", [8, 28])
def test_digits_are_split_without_overlap_and_the_same_for_the_same_seed(size):
    data, again, other = digits(1, size), digits(1, size), digits(2, size)
    assert data["x_train"].shape == (1437, size, size)
    assert data["x_test"].shape == (360, size, size)
    assert data["x_train"].dtype == np.uint8
    assert all(np.array_equal(data[name], again[name]) for name in data)
    assert not np.array_equal(data["y_test"], other["y_test"])
    assert data["x_train"].max() == 255


def test_digits_are_scikit_learns_whether_its_file_lies_where_it_used_to_or_not(monkeypatch):
    bunch, (images, labels) = load_digits(), quick._handwritten()
    assert np.array_equal(images, bunch.images)
    assert np.array_equal(labels, bunch.target)
    monkeypatch.setattr(quick, "DIGITS", "elsewhere.csv.gz")
    assert all(map(np.array_equal, quick._handwritten(), (images, labels)))


def test_a_missing_and_a_damaged_file_are_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DLF_DATA", str(tmp_path))
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    (tmp_path / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").write_bytes(b"damaged")
    found = catalogue.state("mnist", tmp_path).problems
    assert "MNIST/raw/train-images-idx3-ubyte is missing" in found
    assert any("t10k-labels-idx1-ubyte is damaged: expected sha256" in problem for problem in found)
    assert cli.main(["verify"]) == 1
    assert cli.main(["list"]) == 0
    assert "not whole" in capsys.readouterr().out


def test_what_was_never_fetched_is_told_from_what_is_not_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DLF_DATA", str(tmp_path))
    assert cli.main(["list"]) == 0
    assert capsys.readouterr().out.count("never fetched; dlf-data get ") == 4
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(gzip.compress(b"x"))
    assert "MNIST/raw/train-images-idx3-ubyte is still compressed" in catalogue.state("mnist", tmp_path).problems[0]
    with pytest.raises(DataError, match="still compressed"):
        vision.mnist(str(tmp_path))


@pytest.fixture
def reviews(tmp_path):
    """Writes IMDB's folder with these columns."""

    def write(**columns):
        (tmp_path / "imdb").mkdir(exist_ok=True)
        parquet.write_table(pyarrow.table(columns), tmp_path / "imdb" / "train-00000-of-00001.parquet")
        return str(tmp_path)

    return write


def test_what_else_lies_in_a_data_folder_does_not_matter(reviews, tmp_path):
    folder = reviews(text=["good", "bad"], label=[1, 0])
    (tmp_path / "imdb" / "imdb.py").write_text("raise RuntimeError('an old loading script')")
    (tmp_path / "imdb" / "README.md").write_text("---\nconfigs:\n- config_name: other\n  data_files: none.csv\n---\n")
    assert hub.read("imdb", folder, "train", ("text", "label")) == [["good", "bad"], [1, 0]]


def test_other_columns_no_files_and_damaged_files_are_said_in_a_line(reviews, tmp_path):
    folder = reviews(review=["good"], sentiment=[1])
    with pytest.raises(DataError, match="expected columns text, label, got review, sentiment"):
        hub.read("imdb", folder, "train", ("text", "label"))
    with pytest.raises(DataError, match=r"expected a file test….parquet below .*imdb, found none. Fetch it: dlf-data"):
        hub.read("imdb", folder, "test", ("text", "label"))
    (tmp_path / "imdb" / "train-00000-of-00001.parquet").write_bytes(b"PAR1 damaged")
    with pytest.raises(DataError, match="cannot be read"):
        hub.read("imdb", folder, "train", ("text", "label"))
    with pytest.raises(DataError, match="expected labels from 0 to 1"):
        text.few(text.IMDB, reviews(text=["good"], label=[7]), np.random.default_rng(0), count=1, words=1, vocabulary=9)


@needs_mnist
def test_mnist_is_whole_and_has_the_shapes_everyone_knows(monkeypatch):
    assert cli.main(["verify"]) == 0
    data = vision.mnist(DATA)
    assert data["x_train"].shape == (58_000, 28, 28)
    assert np.bincount(data["y_test"]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


class Counting:
    """A model that remembers what it was given."""

    def __init__(self):
        self.rates, self.rows = [], []

    def train_step(self, x, y, lr):
        self.rates.append(lr)
        self.rows += y.tolist()
        assert x.dtype == np.float32
        return 1.0

    def predict(self, x):
        return np.zeros(len(x), dtype=np.int64)


def run(recipe):
    """What a recipe yields, and what it returns."""
    reports = []
    while True:
        try:
            reports.append(next(recipe))
        except StopIteration as stop:
            return reports, stop.value


def test_the_numpy_recipe_shows_every_image_once_an_epoch_and_lowers_the_rate_to_zero():
    images = np.random.default_rng(0).integers(0, 256, (10, 2, 2), dtype=np.uint8)
    model = Counting()
    data = {"x_train": images, "y_train": np.arange(10), "x_test": images[:3]}
    recipe = numpy_models.classifier(model, data, epochs=2, batch_size=4, lr=0.6, seed=0)
    reports, result = run(recipe)
    assert sorted(model.rows) == sorted([*range(10)] * 2)
    assert model.rates == pytest.approx([0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    assert [report["epoch"] for report in reports if "test" in report] == [1, 2]
    assert result["test"].shape == (3,)


@pytest.mark.parametrize(("texts", "count", "together"), [(1_000, 200, 50), (120, 30, 1), (107, 20, 10)])
def test_neighbours_are_kept_back_together_and_no_text_is_lost(texts, count, together):
    kept_back, rest = held_out(texts, count, together)
    assert sorted([*kept_back, *rest]) == list(range(texts))
    assert len(kept_back) == count
    assert len(set(kept_back // together)) == count // together
    assert not set(kept_back // together) & set(rest // together)
