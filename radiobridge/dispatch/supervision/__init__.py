"""Who should be heard from and is not: check-ins, roll calls, bulletins that are to be confirmed."""
