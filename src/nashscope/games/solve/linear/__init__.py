"""Linear programs, exactly and by HiGHS."""
