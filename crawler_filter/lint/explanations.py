"""Every message of the linter, with its fix.

The sentences stand alone, without values, so that they can be translated and documented as they are:
`docs/reference/lint-messages.md` explains each of them, and pages translate them.
"""

from collections.abc import Mapping
from typing import Final

from crawler_filter.lint.issues import Explanation, Issue, Level

EXPLANATIONS: Final[Mapping[Issue, Explanation]] = {
    Issue.ROBOTS_PAGE: Explanation(
        "The address of robots.txt answers with a web page, so crawlers find no rules in it.",
        "Serve a plain text file at /robots.txt, or answer 404 if you have none.",
        Level.ERROR,
    ),
    Issue.FILE_MISPLACED: Explanation(
        "No crawler asks for a file of this name at this place, so what it says is never read.",
        "Rename or move the file. Names of files are in small letters.",
        Level.ERROR,
    ),
    Issue.LLMS_TXT_ALONE: Explanation(
        "llms.txt describes your site to language models. It reserves nothing, and no crawler obeys it.",
        "Say in robots.txt what crawlers may do.",
        Level.NOTE,
    ),
    Issue.ROBOTS_UNREACHABLE: Explanation(
        "robots.txt could not be fetched. Crawlers that follow RFC 9309 then fetch nothing at all, search engines"
        " included.",
        "Make /robots.txt answer 200 with your rules, or 404 if you have none.",
        Level.ERROR,
    ),
    Issue.ROBOTS_TOO_LONG: Explanation(
        "robots.txt is longer than 500 KiB. Crawlers need not read what follows.",
        "Shorten the file, and put the rules about AI first.",
        Level.WARNING,
    ),
    Issue.ROBOTS_ORPHAN: Explanation(
        "This line stands before any User-agent line. It belongs to no group, and most crawlers drop it.",
        'Put it below a "User-agent: *" line.',
        Level.ERROR,
    ),
    Issue.ROBOTS_BLANK_LINE: Explanation(
        "A blank line separates this line from its group. Some crawlers end the group there and drop the line.",
        "Remove the blank line, so that the line directly follows its group's rules.",
        Level.WARNING,
    ),
    Issue.ROBOTS_BOUNDARY: Explanation(
        "This line stands between two User-agent lines, without Allow or Disallow. Many crawlers take the names"
        " above and below for one group, so the rules for the one hold for the other.",
        'Put "Allow: /" or your Disallow lines above this line.',
        Level.WARNING,
    ),
    Issue.ROBOTS_HIDDEN: Explanation(
        'This line is in the group for "*". Crawlers that have a group of their own never read it.',
        "Repeat the line in the group of each crawler that is named.",
        Level.WARNING,
    ),
    Issue.ROBOTS_CONFLICT: Explanation(
        "Lines for the same path and the same crawlers contradict each other. Careful crawlers take the refusal,"
        " others the first or the last line.",
        "Keep one of the lines.",
        Level.WARNING,
    ),
    Issue.ROBOTS_MISSPELT: Explanation(
        "This line is misspelt. Some crawlers forgive it, others drop it.",
        "Spell it as the standard does, with a colon after the name.",
        Level.WARNING,
    ),
    Issue.ROBOTS_UNREAD_LINE: Explanation(
        "No standard defines a line with this name, so most crawlers overlook it.",
        "Write Content-Usage, Content-Signal, License, User-agent, Allow or Disallow.",
        Level.ERROR,
    ),
    Issue.ROBOTS_SEVERAL_NAMES: Explanation(
        "This User-agent line holds more than one name, or a rule as well. Crawlers read the first name alone.",
        "Give every name and every rule a line of its own.",
        Level.ERROR,
    ),
    Issue.ROBOTS_MATCHES_NOTHING: Explanation(
        "The value of this rule is not a path, or holds characters that no path has. For most crawlers it "
        "matches nothing.",
        "Write the path as the addresses of this site have it, from the first slash on and without quotes."
        " A single / means everything.",
        Level.ERROR,
    ),
    Issue.ROBOTS_OVERLOOKED: Explanation(
        "This line is not written as the standard asks. Most crawlers overlook it, or take it for something else.",
        "Write one name or one rule on each line, with a colon before its value, and nothing else on the line.",
        Level.ERROR,
    ),
    Issue.ROBOTS_HOSTED: Explanation(
        "A provider writes this part of robots.txt, and you cannot edit its groups. Some crawlers do not read all"
        " of its lines.",
        "Use the setting about AI that your provider offers, and say it in pages and headers as well.",
        Level.NOTE,
    ),
    Issue.INVISIBLE_CHARACTER: Explanation(
        "This line holds characters that nobody can see. Most crawlers then fail to recognise the line or "
        "its path.",
        "Delete the line and type it anew in a plain text editor.",
        Level.ERROR,
    ),
    Issue.BYTE_ORDER_MARK: Explanation(
        "The file begins with a byte order mark, which some editors add. Some crawlers then lose its first line,"
        " or all of it.",
        "Save it as UTF-8 without a byte order mark.",
        Level.WARNING,
    ),
    Issue.NOT_UTF8: Explanation(
        "The file is not UTF-8, as its standard asks. Crawlers misread every letter that is not ASCII, and some"
        " the whole file.",
        "Save it as UTF-8, and write the letters of paths as in the address bar, such as /%E6%BC%AB%E7%94%BB/.",
        Level.WARNING,
    ),
    Issue.CRAWLERS_MISSED: Explanation(
        "Some crawlers that collect training data are shut out by name, and others are not named.",
        "Add the missing names, or say it once for everybody: Content-Usage: train-ai=n.",
        Level.NOTE,
    ),
    Issue.AIPREF_DEAD_LABEL: Explanation(
        "This Content-Usage statement uses a label of another standard or of a draft that was given up. Crawlers"
        " must ignore it.",
        "Write train-ai=n, ai-use=n or search=n.",
        Level.ERROR,
    ),
    Issue.AIPREF_INVALID: Explanation(
        "This Content-Usage statement is not well-formed. One mistake can make all of it say nothing.",
        "Write lower-case labels with y or n, without quotes or blanks around the equals sign:"
        " train-ai=n, search=y.",
        Level.ERROR,
    ),
    Issue.AIPREF_SILENT: Explanation(
        "This Content-Usage statement has no label that is defined, so it says nothing.",
        "Write train-ai=n, ai-use=n or search=n.",
        Level.ERROR,
    ),
    Issue.AIPREF_CARRIER: Explanation(
        "Content-Usage is not defined for a meta tag. Only crawlers that are careful read it there.",
        "Send it as a response header, or put it into robots.txt.",
        Level.WARNING,
    ),
    Issue.CONTENT_SIGNAL_INVALID: Explanation(
        "This Content-Signal has a key or value that is not defined, and that part says nothing.",
        "Write search, ai-input and ai-train with yes or no, and use with immediate, reference or full.",
        Level.ERROR,
    ),
    Issue.CONTENT_SIGNAL_CARRIER: Explanation(
        "Content-Signal is defined for robots.txt only. In a header or tag, careful crawlers follow its "
        "refusals, and others may ignore it.",
        "Put the line into robots.txt, below a User-agent line.",
        Level.WARNING,
    ),
    Issue.ROBOTS_TAG_MISSPELT: Explanation(
        "This robots directive is not spelled as crawlers know it, so most of them overlook it.",
        "Write noai or noimageai.",
        Level.ERROR,
    ),
    Issue.ROBOTS_TAG_SEPARATOR: Explanation(
        "Robots directives stand here without commas between them. Many crawlers take them for one word that they"
        " do not know.",
        "Put a comma between directives: noai, noimageai.",
        Level.WARNING,
    ),
    Issue.ROBOTS_TAG_ADDRESSEE: Explanation(
        "This directive about AI names a search engine. That search engine does not know the directive, "
        "and other crawlers do not read what is addressed to it.",
        "Address it to everybody: send X-Robots-Tag: noai, noimageai, or use the meta tag with the name robots.",
        Level.ERROR,
    ),
    Issue.META_IN_BODY: Explanation(
        "This meta tag stands in the body of the page. Crawlers that read only the head overlook it.",
        "Move it into the head, above everything that is shown.",
        Level.WARNING,
    ),
    Issue.META_UNREAD: Explanation(
        "This meta tag means to speak about AI, but in a form that no standard knows, so few crawlers read it.",
        'Write <meta name="robots" content="noai, noimageai">.',
        Level.ERROR,
    ),
    Issue.TDMREP_UNREADABLE: Explanation(
        "tdmrep.json is not valid JSON, or too long, so nothing in it can be understood.",
        "Write valid JSON: an array of rules in square brackets.",
        Level.ERROR,
    ),
    Issue.TDMREP_SHAPE: Explanation(
        "tdmrep.json holds one object. The standard asks for an array, and some readers accept nothing else.",
        "Put square brackets around the rule, even if there is only one.",
        Level.WARNING,
    ),
    Issue.TDMREP_RULE: Explanation(
        "A rule of tdmrep.json lacks its location or its tdm-reservation, so it says nothing.",
        'Give each rule both: {"location": "/", "tdm-reservation": 1}.',
        Level.ERROR,
    ),
    Issue.TDMREP_VALUE: Explanation(
        "tdm-reservation has a value that is not 0 or 1, so it says nothing.",
        "Write 1 to reserve text and data mining, 0 not to. In tdmrep.json write the number without quotes.",
        Level.ERROR,
    ),
    Issue.TDMREP_SHADOWED: Explanation(
        "A rule of tdmrep.json stands below a more general one that says otherwise. The first rule that matches"
        " counts, so this one is never reached.",
        "Put the special rules above the general ones.",
        Level.WARNING,
    ),
    Issue.TDMREP_REPLACED: Explanation(
        "TDMRep is used in more than one place, and the places differ. The later one replaces the earlier:"
        " tdmrep.json, then header, then page, then file.",
        "Say it in one place only.",
        Level.NOTE,
    ),
    Issue.TDM_POLICY_ABSENT: Explanation(
        "There is no policy at the address in tdm-policy, so nobody learns there whom to ask for permission. The"
        " reservation stands.",
        "Publish the policy at this address, or write the right one.",
        Level.WARNING,
    ),
    Issue.TDM_POLICY_ALONE: Explanation(
        "tdm-policy stands without tdm-reservation, so it reserves nothing.",
        "Write tdm-reservation with the value 1 beside it.",
        Level.ERROR,
    ),
    Issue.TDM_POLICY_BROKEN: Explanation(
        "The policy is JSON, and not the offer of ODRL 2.2 that TDMRep describes, so programs cannot use it.",
        "Write it after the example in the TDMRep report. The reservation stands meanwhile.",
        Level.WARNING,
    ),
    Issue.TDM_POLICY_FOR_PEOPLE: Explanation(
        "The policy is a text for people. Programs pass its address on, and cannot tell what it asks for.",
        "To tell programs too, publish it as JSON-LD after the example in the TDMRep report.",
        Level.NOTE,
    ),
    Issue.TDM_POLICY_READ: Explanation(
        "The policy can be read by programs. It permits nothing by itself: it says whom to ask, and what for.",
        "Check that this is what you mean.",
        Level.NOTE,
    ),
    Issue.RSL_RELATIVE: Explanation(
        "The address of the RSL licence in robots.txt is not absolute, so crawlers do not find it.",
        "Write the whole address, beginning with https://.",
        Level.ERROR,
    ),
    Issue.RSL_NAMED: Explanation(
        "The RSL licence is named in a form that the standard does not have, so most crawlers do not find it.",
        'Write a link with rel="license" and type="application/rsl+xml" into the header or the head of the page,'
        " or License: and the whole address into robots.txt.",
        Level.ERROR,
    ),
    Issue.RSL_LINK_RELATIVE: Explanation(
        "The link to the RSL licence is relative. Browsers resolve it, but RSL 1.0 asks for a whole address, and"
        " some crawlers read no other.",
        "Write the whole address, beginning with https://.",
        Level.WARNING,
    ),
    Issue.RSL_NOT_READ: Explanation(
        "The RSL licence that is named could not be read, so nobody knows what it reserves.",
        "Make its address answer 200 with the licence document.",
        Level.ERROR,
    ),
    Issue.RSL_BROKEN: Explanation(
        "The RSL document does not conform to RSL 1.0, so crawlers may disregard it.",
        "Repair the document; validate it against the schema of RSL 1.0.",
        Level.ERROR,
    ),
    Issue.RSL_NO_LICENSE: Explanation(
        "A content element of the RSL document has no license element, so it grants nothing and states no terms.",
        "Put permits, prohibits and payment inside a license element.",
        Level.ERROR,
    ),
    Issue.RSL_SELF_DEFEATING: Explanation(
        "The RSL document permits and prohibits the same use of the same content. It then counts as not licensed.",
        "Remove one of the two. The token all covers every use, and ai-all covers every use by AI.",
        Level.ERROR,
    ),
    Issue.RSL_TOKEN: Explanation(
        "The RSL document names a use that RSL 1.0 does not define.",
        "Write all, ai-all, ai-train, ai-input, ai-index or search, separated by blanks.",
        Level.ERROR,
    ),
    Issue.WELL_KNOWN_PAGE: Explanation(
        "This address answers 200 with a web page instead of the file. Crawlers may take it for a broken signal.",
        "Answer 404 where there is no file. Single-page applications need an exception for this address.",
        Level.WARNING,
    ),
    Issue.AI_TXT_SILENT: Explanation(
        'ai.txt has no rule below "User-Agent: *", so it says nothing.',
        'Write "User-Agent: *" and below it "Disallow: /".',
        Level.ERROR,
    ),
    Issue.INVENTED_NAME: Explanation(
        "The name in this line is in no standard. It says what you want to people, and most crawlers overlook it.",
        'Say it in robots.txt as well: "Content-Usage: train-ai=n" below "User-agent: *", and a group for each AI'
        " crawler.",
        Level.WARNING,
    ),
    Issue.TRUST_TXT_VALUE: Explanation(
        "datatrainingallowed in trust.txt has a value that is not yes or no.",
        "Write datatrainingallowed=no.",
        Level.ERROR,
    ),
    Issue.PLUS_VALUE: Explanation(
        "The Data Mining property of this file has a value that is not in the PLUS vocabulary.",
        "Write the whole address of a value, such as http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING.",
        Level.ERROR,
    ),
    Issue.FILE_STATEMENT: Explanation(
        "A statement inside this file is not as its standard asks, or could not be read.",
        "Write the metadata anew with a tool that knows the standard.",
        Level.WARNING,
    ),
    Issue.PAGE_ONLY: Explanation(
        "The page reserves this, but files that it shows carry no signal of their own. Crawlers fetch files"
        " without the page.",
        "Send the header with the files too (X-Robots-Tag: noai), say it in robots.txt, or write it into the"
        " files' metadata.",
        Level.WARNING,
    ),
    Issue.FAMILIES_CONFLICT: Explanation(
        "One standard allows this use and another reserves it. A crawler that reads only the first will take it.",
        "Say the same in every standard that you use, or use one.",
        Level.WARNING,
    ),
    Issue.PAYMENT: Explanation(
        "The site asks for payment here, so its page and its signals could not be read. Careful crawlers "
        "take nothing.",
        "Nothing, if you want crawlers to pay.",
        Level.NOTE,
    ),
    Issue.NOTHING_SAID: Explanation(
        "Nothing is said about AI training, and no crawler for training is shut out. Many crawlers take silence"
        " for consent.",
        "Put Content-Usage: train-ai=n into robots.txt, below User-agent: *.",
        Level.NOTE,
    ),
    Issue.HOSTED_SILENT: Explanation(
        "Nothing is said about AI training to everybody here, and a provider writes robots.txt, which you cannot"
        " edit. Many crawlers take silence for consent.",
        "Use the setting about AI that your provider offers. Where you may edit the head of your pages, put"
        ' <meta name="robots" content="noai, noimageai"> there. A registry takes your address or page as well.',
        Level.NOTE,
    ),
    Issue.NOT_READ: Explanation(
        "This could not be read, so this report is incomplete.",
        "Make sure that it can be fetched, and check again.",
        Level.NOTE,
    ),
}
"""The explanation of every fault."""
