"""The vendored browser assets, named below STATIC_URL. Written by tools/vendor.py."""

ECHARTS_JS = "vendor/echarts-6.1.0.min.js"
HTMX_JS = "vendor/htmx-2.0.11.min.js"
ICONS = "vendor/tabler-icons-3.51.0.svg"
TABLER_CSS = "vendor/tabler-1.6.1.min.css"
TABLER_JS = "vendor/tabler-1.6.1.min.js"
