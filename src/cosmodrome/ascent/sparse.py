"""Sparse matrices and vectors of symbols from values with index arrays: what the transcription is joined by."""

import casadi as ca
import numpy as np


def nonzeros(matrix: ca.SX) -> ca.SX:
    """Return the nonzeros of a sparse matrix as a column."""
    return ca.vertcat(*matrix.nonzeros()) if matrix.nnz() else ca.SX(0, 1)


def scattered(parts: list[tuple[np.ndarray, ca.MX]], size: int) -> ca.MX:
    """Return the vector whose entries `rows` are the given values; every row is given once."""
    order = np.concatenate([rows for rows, _ in parts])
    place_of = np.empty(size, dtype=int)
    place_of[order] = np.arange(size)
    return ca.vertcat(*(values for _, values in parts))[place_of]


def summed(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> ca.DM:
    """Return the constant sparse matrix that sums the values given at (row, column)."""
    return ca.DM.triplet(rows.tolist(), columns.tolist(), ca.DM(values), *shape)


def sparse_sum(entries: list[tuple[np.ndarray, np.ndarray, ca.MX]], shape: tuple[int, int]) -> ca.MX:
    """Return the sparse matrix that sums the values given at (row, column)."""
    rows = np.concatenate([r for r, _, _ in entries])
    columns = np.concatenate([c for _, c, _ in entries])
    keys = columns.astype(np.int64) * shape[0] + rows
    unique, where = np.unique(keys, return_inverse=True)
    sparsity = ca.Sparsity.triplet(*shape, (unique % shape[0]).tolist(), (unique // shape[0]).tolist())
    total = ca.DM.triplet(
        where.tolist(), list(range(len(keys))), ca.DM.ones(len(keys)), len(unique), len(keys)
    )
    return ca.MX(sparsity, ca.mtimes(total, ca.vertcat(*(values for _, _, values in entries))))
