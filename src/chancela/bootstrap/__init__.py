"""The composition: the only place that knows everyone, opens the transaction and groups the commits."""
