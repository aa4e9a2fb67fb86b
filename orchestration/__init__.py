"""The pipeline behind the IPP Dashboard: from published workbooks and internal extracts to one published warehouse."""
