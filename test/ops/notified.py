# Stands in for systemd: listens on a Unix datagram socket and prints each message as one line of JSON.
import json, os, socket, sys

heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True:
    message = heard.recv(65536).decode()
    print(json.dumps(message), flush=True)
