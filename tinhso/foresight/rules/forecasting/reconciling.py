"""Forecasts of communes and of their province made to add up, in closed form.

Base forecasts of each series alone do not add up. The nearest ones that do, in the
sense of least squares weighed by how far each usually misses, are
``S (S'W⁻¹S)⁻¹ S'W⁻¹ ŷ`` (Hyndman et al. 2011, doi:10.1016/j.csda.2011.03.006;
Wickramasuriya et al. 2019, doi:10.1080/01621459.2018.1448825). W is diagonal: ones
(OLS), how many series each adds up (structural), or squared errors of the back-tests
(variance). Unbiased base forecasts stay unbiased, and forecasts that add up stay as
they are. S says which bottom series each series adds up.
"""

import numpy as np

from tinhso.foresight.rules.forecasting.smoothing import Array


def adding_up(groups: Array) -> Array:
    """Make S of which parts each whole adds up: the wholes first, then the parts.

    groups: (n_wholes, n_parts) of 0 and 1.

    >>> adding_up(np.array([[1.0, 1.0]]))
    array([[1., 1.],
           [1., 0.],
           [0., 1.]])
    """
    return np.concatenate([groups, np.eye(groups.shape[1])])


def reconciled(base: Array, sums: Array, weights: Array | None = None) -> Array:
    """Make base forecasts add up.

    base: (n_series, horizon), any unit; sums: S, (n_series, n_parts); weights: the
    diagonal of W, (n_series,), above nothing; equal ones (OLS) unless told.

    :raises ValueError: if a weight is not above nothing: a variance cannot be negative.

    >>> reconciled(np.array([[12.0], [4.0], [5.0]]), adding_up(np.ones((1, 2)))).ravel()
    array([11.,  5.,  6.])
    """
    each = np.ones(len(base)) if weights is None else weights
    if not (each > 0).all():
        raise ValueError("weights are variances, above nothing")
    # Rows divided by how far they miss turn it into plain least squares, which lstsq
    # solves without forming a matrix that squares what rounding loses.
    root = np.sqrt(each)[:, None]
    parts, *_ = np.linalg.lstsq(sums / root, base / root, rcond=None)
    found: Array = sums @ parts
    return found


def structural(sums: Array) -> Array:
    """Weigh each series by how many bottom series it adds up: (n_series,)."""
    found: Array = sums.sum(axis=1)
    return found
