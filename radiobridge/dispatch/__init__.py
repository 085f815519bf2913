"""Keys and phrases become call-ins and alerts: codebook, call-ins, alert texts; no IO."""
