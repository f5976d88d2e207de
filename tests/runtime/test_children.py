"""What programs that are started here may know (S13)."""

from wschat_tui.runtime.children import environment


def test_children_get_the_surroundings_and_none_of_our_variables():
    """S13."""
    env = {"PATH": "/bin", "WSCHAT_TOKEN": "a", "WSCHAT_TURN_PASSWORD": "b", "MY_WSCHAT_X": "c"}
    assert environment(env) == {"PATH": "/bin", "MY_WSCHAT_X": "c"}
