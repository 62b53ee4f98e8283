import { type LookupAddress, lookup as lookUp } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Transient } from "../errors.ts";

/** Which addresses a host that the platform names may lead to: the internet's, or those of our own networks too. */
export type Reach = "public" | "private";

/** Link-local: where machines in a cloud ask for their own credentials. Nothing of the platform lies there, ever. */
const linkLocal = listOf(["169.254.0.0/16"], ["fe80::/10", "fd00:ec2::/32"]);
/** This machine, private networks, carriers' and documentation's. */
const inside = listOf(
  [
    ...[
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "172.16.0.0/12",
      "192.0.0.0/24",
      "192.0.2.0/24",
    ],
    ...["192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"],
  ],
  ["::/96", "64:ff9b:1::/48", "2001::/32", "2001:db8::/32", "2002::/16", "fc00::/7", "fec0::/10", "ff00::/8"],
);

/** An IPv4 range stands for the same behind NAT64 too: where networks have IPv6 alone, the whole internet lies there. */
function listOf(ranges: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [net = "", bits] of ranges.map((range) => range.split("/"))) {
    list.addSubnet(net, Number(bits), "ipv4");
    list.addSubnet(`64:ff9b::${net}`, 96 + Number(bits), "ipv6");
  }
  for (const [net = "", bits] of ipv6.map((range) => range.split("/")))
    list.addSubnet(net, Number(bits), "ipv6");
  return list;
}

/** Whether an IP address may be connected to. An IPv4 address in IPv6 form is the IPv4 address. */
export function mayReach(address: string, reach: Reach): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return !linkLocal.check(address, family) && (reach === "private" || !inside.check(address, family));
}

/** @throws Transient (`transcript_host`) where a URL names an address, not a host, that may not be connected to */
export function checkAddress(hostname: string, reach: Reach): void {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) > 0 && !mayReach(address, reach)) throw elsewhere();
}

/**
 * `dns.lookup` for connections: a name that leads to an address that may not be reached is an error. What it gives is
 * what is connected to, so that a name cannot lead elsewhere a moment later.
 */
export function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[] = []) => {
      const [first] = found;
      const refused = found.some(({ address }) => !mayReach(address, reach));
      if (error !== null || first === undefined || refused) callback(error ?? elsewhere(), "", 0);
      else if (options.all) callback(null, [...found]);
      else callback(null, first.address, first.family);
    });
  };
}

function elsewhere(): Transient {
  return new Transient(
    "transcript_host",
    "transcript: its host leads to an address inside a network of ours; if it should, name the host in genesys.transcriptHosts",
  );
}
