#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tmctl as it is run: exit codes, where errors go, and that -j is one valid
# JSON document whatever happens. Needs no module; works with one.
#
# TMCTL names another program than build/tmctl.
set -u
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C
program=${TMCTL:-}
if [ -z "$program" ]; then
	make -s -C userspace O="$PWD/build" >/dev/null || { echo "Bail out! tmctl does not build"; exit 1; }
	program=$PWD/build/tmctl
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

count=0
failed=0

# result NAME STATUS: a line of KTAP
result() {
	count=$((count + 1))
	if [ "$2" = 0 ]; then
		echo "ok $count $1"
	else
		failed=$((failed + 1))
		echo "not ok $count $1"
		sed 's/^/# out: /' "$scratch/out"
		sed 's/^/# err: /' "$scratch/err"
	fi
}

# run ARGUMENT...: leaves $code, $scratch/out, $scratch/err
run() {
	timeout 20 "$program" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	code=$?
}

is_json() {
	python3 -c '
import json, sys
def once(pairs):
    keys = [k for k, v in pairs]
    assert len(keys) == len(set(keys)), "a key twice"
    return dict(pairs)
d = json.load(open(sys.argv[1]), object_pairs_hook=once)
assert d["tmctl"]["schema"] == 1 and d["tmctl"]["version"]
if sys.argv[2] != "0":
    e = d["error"]
    assert e["exit_code"] == int(sys.argv[2]), e
    assert e["message"] and e["code"], e
' "$scratch/out" "$1" 2>>"$scratch/err"
}

# refused CODE TEXT ARGUMENT...: text form has nothing on stdout and TEXT in
# the error; JSON form has it in the document and nothing on stderr
refused() {
	local want=$1 text=$2
	shift 2
	run "$@"
	[ $code = "$want" ] && [ ! -s "$scratch/out" ] && grep -qF -- "$text" "$scratch/err"
	result "text: $*" $?
	run -j "$@"
	[ $code = "$want" ] && [ ! -s "$scratch/err" ] && is_json "$want" && grep -qF -- "${text%%\"*}" "$scratch/out"
	result "json: $*" $?
}

# shows TEXT ARGUMENT...: exit 0, TEXT on stdout, stderr empty
shows() {
	local text=$1
	shift
	run "$@"
	[ $code = 0 ] && [ ! -s "$scratch/err" ] && grep -qF -- "$text" "$scratch/out"
	result "shows: $*" $?
}

plan=155
echo "KTAP version 1"
echo "1..$plan"

refused 2 "there is no object 'flwo'" flwo
refused 2 "'--bogus'" flow --bogus
refused 2 "did you mean 'established'" flow show state establishd
refused 2 "out of range: 0 to 65535" flow show port 65536
refused 2 "is no number" flow show port http
refused 2 "did you mean 'tcp'" flow protocol tpc
refused 2 "bits set behind its length" flow address 192.0.2.77/24
refused 2 "is no IPv4 or IPv6 address" flow address 192.0.2
refused 2 "needs a value" flow address
refused 2 "given twice" flow port 1 port 2
refused 2 "is no order" flow sort byte
refused 2 "out of range" flow limit 0
refused 2 "is no cursor" record from 1
refused 2 "ring 1 is given twice" record from 1:2 1:3
refused 2 "goes with --follow" record --interval 5s
refused 2 "is no duration" record --follow --interval 5
refused 2 "out of range: 10ms to 1h" record --follow --interval 1ns
refused 2 "needs a value: POLICY" limiter del
refused 2 "needs a value: FILE" policy check
refused 2 "needs a value: ADDRESS" set test deny
refused 2 "needs a value: NAME" set test
refused 2 "did you mean 'show'" set list deny
refused 2 "did you mean 'del'" set remove deny 192.0.2.1
refused 2 "only policies write the @: the set is 'bad'" set show @bad
refused 2 "name of the set comes first, then '192.0.2.1'" set add 192.0.2.1
refused 2 "name of the set comes first, then '192.0.2.0/24'" set add 192.0.2.0/24 deny
refused 2 "name of the set comes first, then '2001:db8::1'" set del 2001:db8::1 deny
refused 2 "name of the set comes first, then '192.0.2.1'" set test 192.0.2.1 deny
refused 2 'one address is tested; `tmctl set show deny` has the prefixes' set test deny 192.0.2.0/24
refused 2 "standard output cannot be replaced" policy save -
refused 2 "has a character" set export 'a b'
refused 2 "and no --file" set add deny 192.0.2.1 --from x
printf 'create a hash:ip\ncreate b hash:ip\nadd b 192.0.2.1-x\n' >"$scratch/sets"
refused 2 "sets:2:8: found a second set, expected one: the file has a, b" set replace deny --file "$scratch/sets"
refused 2 "sets:3:17: 'x' is no IPv4" set add deny --file "$scratch/sets" --from b
refused 2 "found no set c" set del deny --file "$scratch/sets" --from c
refused 2 "takes no 'x'" set save x
refused 2 "has no verb or argument 'aply'" policy aply file.json
refused 2 "did you mean 'apply'" policy aply file.json
refused 2 "did you mean 'flow'" flows
refused 2 "has a character" limiter del 'a b'
refused 2 "there is no device" limiter del p device nosuchdevice0
refused 2 "and no ports" limiter del p icmp-id 7 sport 7
refused 2 "and no ports" limiter del p icmp-type 3
refused 2 "out of range: 0 to 255" limiter del p icmp-type 256 icmp-code 0
refused 2 "is no limit kind" limiter del p kind bits
refused 2 "is no order" limiter sort name
refused 2 "'to' is missing" policy explain from 192.0.2.1
refused 2 "one end is IPv4" policy explain from 192.0.2.1 to ::1
refused 2 "protocol tcp has ports" policy explain from ::1 to ::2 class syn
refused 2 "protocol icmp has no ports" policy explain from 192.0.2.1:7 to 192.0.2.2 class icmp
refused 2 "a later fragment has no ports" policy explain from '[::1]:7' to ::1 fragment later
refused 2 "not class udp but syn" policy explain from ::1 to '[::1]:7' class udp protocol tcp
refused 2 "these tcp-flags" policy explain from ::1 to '[::1]:7' class syn tcp-flags ack
refused 2 "what a packet can carry" policy explain from ::1 to '[::1]:7' tcp-flags syn/syn+ack
refused 2 "a packet can carry" policy explain from ::1 to ::1 mark '!7'
refused 2 "only a whole packet of ICMP" policy explain from ::1 to '[::1]:7' class udp icmp-type 3
refused 2 "only TCP has tcp-flags" policy explain from ::1 to '[::1]:7' class udp tcp-flags syn
refused 2 "out of range: 20 to" policy explain from ::1 to ::1 length 19
refused 2 "No such file" policy explain from ::1 to ::1 --file /nothere
refused 2 "has a character" limiter flush policy 'ä'
refused 2 "there is no network namespace 'nosuch'" -n nosuch status
refused 2 "is no network namespace" -n /dev/null status
refused 2 "is empty" --netns= status
refused 2 "takes no 'extra'" status extra
refused 2 "takes no value" flow --conntrack=yes

shows "Usage: tmctl" --help
shows "Exit codes: 0 done" --help
for object in status stats flow record limiter netns reset reload; do
	shows "tmctl $object" "$object" --help
done
shows "Example" limiter del --help
shows "tmctl" --version
run -j --version
[ $code = 0 ] && is_json 0
result "json: --version" $?

first=docs/examples/first.json
shows "It passes: set allow." policy explain from 198.51.100.7 to 192.0.2.1:443 --file $first
shows "It passes, while below the limit of policy syn-per-source." policy explain from '[2001:db8::7]' to '[2001:db8::8]:443' --file $first
shows "for source 2001:db8::/64:" policy explain from 2001:db8::7 to '[2001:db8::8]:443' --file $first
shows "class udp is not syn" policy explain from 198.51.100.7:53 to 203.0.113.1:4000 class udp --file $first
shows "direction out is not in" policy explain from 198.51.100.7:53 to 203.0.113.1:4000 direction out --file $first
shows "It passes: neighbour discovery." policy explain from fe80::1 to ff02::1 icmp-type 135 --file $first
shows "up to 1,000 a second" policy explain from 198.51.100.7 to 203.0.113.1 icmp-type 3 icmp-code 4 --file $first

near() { echo "{ \"name\": \"$1\", \"match\": { \"class\": \"udp\"$2 } }"; }
out=', "direction": "out"'
echo "{ \"schema\": 1, \"policies\": [ $(near two-1 "$out"), $(near two-2 "$out"), $(near one-1 ""), $(near one-2 "") ] }" >"$scratch/near.json"
run policy explain from ::1 to '[::1]:7' --file "$scratch/near.json"
[ "$(grep -o 'policy [a-z]*-.' "$scratch/out" | tr '\n' ' ')" = "policy two-1 policy one-1 policy one-2 " ] &&
	grep -qF "(1 more policy does not match: --all)" "$scratch/out"
result "the nearest policies are shown" $?

shows "established" --complete flow show state
shows "limiter" --complete

run flow --help
help=$(cat "$scratch/out")
[[ $help == *--conntrack* && $help == *"address PREFIX"* ]]
result "help of flow lists its arguments" $?

# an error in the middle of the line does not hide help that was asked for
shows "Arguments" flow show --help port x

echo "# $((count - failed)) of $count"
if [ "$count" != "$plan" ]; then
	echo "# $count results, $plan planned"
	exit 1
fi
[ "$failed" = 0 ]
