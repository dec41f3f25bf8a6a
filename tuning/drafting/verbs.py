"""The verbs of everyday documents in their forms (English): enough to tell where a plain sentence has its verb."""

from __future__ import annotations

from assistant.support.wording import wordlist

_REGULAR = (
    "abide absorb accept accompany accumulate achieve acknowledge acquire act adapt add address adjust administer"
    " advise affect agree align allow alter amend analyse analyze announce answer anticipate appear apply approve"
    " archive argue arrange arrive ask assemble assess assign assist assume assure attach attend audit authorise"
    " authorize avoid ban belong blink block boil bolt book borrow brew browse brush burn calculate calibrate call"
    " cancel capture carry cause cease challenge change charge check chill claim clamp classify clean click climb"
    " clip close coat collapse collect combine commence communicate compare compensate compete compile complain"
    " complete comply compress compute conduct configure confirm conform connect consider consist consult consume"
    " contact contain continue contribute control convene convert convey cook cool cooperate copy correct correspond"
    " count cover crack crash create credit cross crush damage debit decide declare deduct define delegate delete"
    " deliver demand deny depart depend deploy deposit descale describe deserve design detach detect determine"
    " develop deviate dial differ diminish dip direct disable disagree disappear discharge disclose disconnect"
    " discontinue discover discuss dismiss dispatch dispense display dispose dissolve distribute divide donate"
    " double download drag drain drill drip dry dump earn edit eject elect eliminate embed emit employ empty enable"
    " encounter encourage encrypt end endorse enforce engage enhance enjoy enlarge enrol enroll ensure enter equal"
    " equip erase escape escort establish evaluate evaporate evolve examine exceed exchange exclude execute exist"
    " exit expand expect expire explain export expose express extend extract fade fail fasten file fill filter"
    " finish fix flash float flow flush focus fold follow formulate forward froth fulfil fulfill gain gather"
    " generate govern grab grant grease guarantee guide hand handle happen harm heat help highlight hire identify"
    " ignore illustrate implement imply import impose improve include increase indicate inform infringe inherit"
    " initiate inject inquire insert insist inspect install instruct insure integrate intend interact interrupt"
    " introduce invest investigate invite invoice involve isolate issue jam join jump kill knock label last launch"
    " leak learn lift limit link list listen load locate lock log look loosen lower lubricate mail maintain manage"
    " map mark match measure melt mend mention merge migrate mix modify monitor mount move multiply name navigate"
    " need negotiate nominate note notice notify obey observe obtain occupy occur offer omit open operate oppose"
    " order originate outline overhaul overheat owe own pack paint park participate pass paste patch pause peel"
    " perform permit persist phone photograph pick pin place plug point polish postpone pour practise prefer prepare"
    " prescribe preserve press prevail prevent print proceed process procure produce prohibit promise promote"
    " propose prosecute protect prove provide publish pull pump purchase purge pursue push qualify quote raise range"
    " reach react realise reapply reboot recall receive reclaim recognise recognize recommend reconcile record"
    " recover recycle redeem redirect reduce refer refill refine reflect refrain refresh refund refuse register"
    " regulate reimburse reinforce reinstall reject relate release relocate rely remain remedy remember remind"
    " remove render renew rent reopen repair repeat replace reply report represent request require reserve reside"
    " resign resist resolve respond restart restore restrict result resume retain retire retrieve return reveal"
    " reverse revert review revise revoke reward rinse roll rotate rub ruin satisfy save scan schedule scrape"
    " scratch screw scrub seal search seem seize select separate serve settle shape share shift ship shorten sign"
    " signal simplify skip slip slow smell smooth soak soften solve sort specify spill sponsor spray squeeze stack"
    " stamp start state stay stir stop store strengthen stretch strip submit subscribe substitute succeed suffer"
    " suggest suit supervise supply support surrender survive suspend sustain swap switch tag tap taste tend"
    " terminate test tick tighten tilt toggle tolerate touch trace track trade train transfer translate travel treat"
    " trigger trim trust try turn twist type unfold uninstall unload unlock unpack unplug unscrew update upgrade"
    " upload use utilise utilize vacate validate vanish vary vent verify view violate visit vote wait waive walk"
    " want warm warn wash waste watch wipe wish withhold work wrap yield"
)
_IRREGULAR = (
    "arise:arose:arisen be:was:been become:became:become begin:began:begun bend:bent:bent bind:bound:bound"
    " blow:blew:blown break:broke:broken bring:brought:brought build:built:built burst:burst:burst buy:bought:bought"
    " catch:caught:caught choose:chose:chosen come:came:come cost:cost:cost cut:cut:cut deal:dealt:dealt dig:dug:dug"
    " do:did:done draw:drew:drawn drive:drove:driven eat:ate:eaten fall:fell:fallen feed:fed:fed feel:felt:felt"
    " find:found:found fit:fitted:fitted forbid:forbade:forbidden forget:forgot:forgotten freeze:froze:frozen"
    " get:got:got give:gave:given go:went:gone grind:ground:ground grow:grew:grown hang:hung:hung have:had:had"
    " hear:heard:heard hit:hit:hit hold:held:held hurt:hurt:hurt keep:kept:kept know:knew:known lay:laid:laid"
    " lead:led:led leave:left:left lend:lent:lent let:let:let lie:lay:lain lose:lost:lost make:made:made"
    " mean:meant:meant meet:met:met override:overrode:overridden oversee:oversaw:overseen pay:paid:paid put:put:put"
    " quit:quit:quit read:read:read reset:reset:reset ring:rang:rung rise:rose:risen run:ran:run say:said:said"
    " see:saw:seen seek:sought:sought sell:sold:sold send:sent:sent set:set:set shake:shook:shaken show:showed:shown"
    " shrink:shrank:shrunk shut:shut:shut sink:sank:sunk sit:sat:sat sleep:slept:slept slide:slid:slid"
    " speak:spoke:spoken spend:spent:spent spin:spun:spun split:split:split spread:spread:spread stand:stood:stood"
    " stick:stuck:stuck strike:struck:struck sweep:swept:swept swell:swelled:swollen swing:swung:swung"
    " take:took:taken teach:taught:taught tear:tore:torn tell:told:told think:thought:thought"
    " undergo:underwent:undergone understand:understood:understood undertake:undertook:undertaken undo:undid:undone"
    " wear:wore:worn weigh:weighed:weighed win:won:won wind:wound:wound withdraw:withdrew:withdrawn"
    " withstand:withstood:withstood wring:wrung:wrung write:wrote:written"
)
_DOUBLING = wordlist(
    "cancel clip control drag drip drop enrol equip fulfil grab jam label log map occur omit permit pin plug prefer"
    " refer rub scrub ship skip slip stir stop strip submit swap tag tap transfer travel trim unplug wrap"
)
BE = wordlist("is are was were am")
MODAL = wordlist("may might must can could shall should will would")
HAVE = wordlist("has have had")
DO = wordlist("does do did")


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if base in _DOUBLING else base + "ed"


_forms = [form.split(":") for form in _IRREGULAR.split()]
BASES = frozenset([*_REGULAR.split(), *(base for base, _, _ in _forms)])
THIRD = {_third(base): base for base in BASES - {"be", "have", "do"}} | {"has": "have", "does": "do"}
PAST = {_past(base): base for base in _REGULAR.split()} | {past: base for base, past, _ in _forms}
PARTICIPLES = frozenset(PAST) | {participle for _, _, participle in _forms}


def is_participle(word: str) -> bool:
    return word in PARTICIPLES or (word.endswith("ed") and len(word) > 4)


def gerund_base(word: str) -> str | None:
    """`refunding` → `refund`, `moving` → `move`, `setting` → `set`; None for what is no known verb's."""
    if not word.endswith("ing") or len(word) < 6:
        return None
    stem = word[:-3]
    candidates = (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else "", stem[:-1] + "ie")
    return next((base for base in candidates if base in BASES), None)
