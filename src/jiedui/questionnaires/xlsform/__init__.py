"""Forms as XLSForm, the spreadsheet standard of ODK (https://docs.getodk.org/xlsform/).

`writing` makes the sheets of a form and says what they cannot carry, `reading` makes a form of
sheets and says what it cannot take, `conditions` turns when a question is asked, and the limits of
a number, into expressions and back, `toml` writes what was read as a part of a playbook.
"""
