from jiedui.cli import main

main()
