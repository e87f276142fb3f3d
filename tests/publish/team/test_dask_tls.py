"""A cluster over TLS: who has no certificate of its authority stays out; nothing goes in plain."""

from __future__ import annotations

import pytest

from tests.publish.conftest import make_data, write_notebooks
from tests.publish.team.cluster import Cluster
from tests.publish.team.test_dask_client import Wiretap
from tests.store.papers import papers
from toolkit.errors import RunError
from toolkit.publish.run.run import Options, run_study
from toolkit.store.lifecycle.unlocked import unlock

PLACES = "DASK_DISTRIBUTED__COMM__TLS__"
SHOWN = "a word that is printed"


def certificates(patch, made):
    """Put certificates where Dask and its workers look for them."""
    patch.setenv(f"{PLACES}CA_FILE", str(made.authority))
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        patch.setenv(f"{PLACES}{who}__CERT", str(made.certificate))
        patch.setenv(f"{PLACES}{who}__KEY", str(made.key))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and a worker, which ask whoever comes for a certificate."""
    import dask

    folder = tmp_path_factory.mktemp("tls")
    (folder / "logs").mkdir()
    home = make_data(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        certificates(patch, papers(folder / "own", "localhost"))
        dask.config.refresh()
        made = Cluster(folder / "logs", home.folder, workers=1, protocol="tls")
        made.home = home
        yield made
        made.close()
    dask.config.refresh()


def run(cluster, study, folder, scheduler):
    notebooks = write_notebooks(folder / "notebooks", {"01-a": [f"print({SHOWN!r})"]})
    told = {"notebooks": notebooks, "outputs": folder / "outputs"}
    how = Options(scheduler=scheduler)
    return run_study(study, cluster.home, unlock(cluster.home), **told, options=how)


def test_a_run_over_tls_is_made_and_nothing_of_it_is_read_on_the_way(cluster, study, tmp_path):
    assert cluster.address.startswith("tls://")
    tap = Wiretap(cluster.address)
    report = run(cluster, study, tmp_path, tap.address.replace("tcp://", "tls://"))
    assert report.findings == ()
    assert SHOWN in (report.folder / "01-a.html").read_text()
    assert len(tap.heard) > 1000
    assert b"printed" not in tap.heard
    assert b"pandas" not in tap.heard, "not even the versions of packages"


def test_who_has_no_certificate_of_the_authority_is_let_in_by_nobody(cluster, study, tmp_path):
    import dask

    with pytest.MonkeyPatch.context() as patch:
        certificates(patch, papers(tmp_path / "others", "localhost"))
        dask.config.refresh()
        with pytest.raises(RunError) as refused:
            run(cluster, study, tmp_path, cluster.address)
    dask.config.refresh()
    assert [each.code for each in refused.value.findings] == ["RUN-052"]


def test_a_way_in_plain_to_the_same_scheduler_is_no_way(cluster, study, tmp_path):
    with pytest.raises(RunError) as refused:
        run(cluster, study, tmp_path, cluster.address.replace("tls://", "tcp://"))
    assert [each.code for each in refused.value.findings] == ["RUN-052"]
