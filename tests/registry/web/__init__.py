"""Pages, as people see them.

Six things were once said to people that were not so. Each is held by tests that fail on the code that said it:

1. "Private": an agent's principal was named in public. `test_party_names.py` looks for marked names, addresses,
   drafts and messages on every address, as three readers, and in every file, leaf, letter, export and court file.
2. "Only exact copies": unticking changed nothing, and "Continue" lost what was being read.
   `browser/test_controls_of_files.py`.
3. "Your website is covered": what was typed covered something else. `test_coverage_words.py`, `test_form_input.py`,
   `test_platform_words.py`.
4. "Declared by Studio Aoi": a name stood as a fact. `test_names_everywhere.py` looks at each place where one stands.
5. "Published", "in force": panel, badge, certificate and page said different things. `test_declaration_states.py`.
6. "Nothing you typed is lost". `test_every_form.py` has every form refused, `browser/test_kept_input.py` goes back.
"""
