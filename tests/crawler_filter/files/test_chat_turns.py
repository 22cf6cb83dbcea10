"""What the roles of a conversation say is read without the marks of the template that it is kept in."""

import pytest

from crawler_filter.files.chat_turns import turns

SAID = [f"sentence number {n} of the model" for n in range(5)]
ASKED = [f"question {n}" for n in range(5)]
TEMPLATES = {
    "ChatML": "<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n{said}<|im_end|>\n",
    "Llama": "<|start_header_id|>user<|end_header_id|>\n\n{asked}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{said}<|eot_id|>",
    "Mistral": "<s>[INST] {asked} [/INST] {said} </s>",
    "Gemma": "<start_of_turn>user\n{asked}<end_of_turn>\n<start_of_turn>model\n{said}<end_of_turn>\n",
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_role_is_read_by_itself(template):
    text = "".join(template.format(asked=asked, said=said) for asked, said in zip(ASKED, SAID, strict=True))
    assert "\n".join(SAID) in list(turns(text))
    assert "\n".join(ASKED) in list(turns(text))


def test_all_roles_are_read_together_in_their_order():
    text = "".join(TEMPLATES["Mistral"].format(asked=a, said=s) for a, s in zip(ASKED, SAID, strict=True))
    assert list(turns(text))[-1].split("\n") == [each for pair in zip(ASKED, SAID, strict=True) for each in pair]


@pytest.mark.parametrize("text", ["", "a <| b |> c", "<|im_start|>user\nonly one<|im_end|>", "x" * 1000])
def test_a_text_without_a_template_has_no_turns(text):
    assert list(turns(text)) == []
