#!/usr/bin/env bash
# Fetches what the ring "linux" boots: Debian's 32-bit kernel, modules of it and a static busybox. Nothing is
# installed; the files go to tmp/debian-linux. Needs apt's lists of i386: dpkg --add-architecture i386; apt-get update.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$PWD/tmp/debian-linux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"

kernel=$(apt-cache depends linux-image-686:i386 | awk '/Depends: linux-image-/ { print $2; exit }')
[[ -n $kernel ]] || { echo "apt knows no linux-image-686:i386: dpkg --add-architecture i386; apt-get update" >&2; exit 1; }
apt-get download -qq -o APT::Sandbox::User=root "$kernel" busybox-static:i386
for package in *.deb; do dpkg-deb -x "$package" files; done

mkdir -p "$target"
cp files/boot/vmlinuz-* "$target/vmlinuz"
cp files/bin/busybox "$target/busybox"
modules="button evdev psmouse 8390 ne2k-pci failover net_failover virtio virtio_ring virtio_pci_modern_dev
  virtio_pci_legacy_dev virtio_pci virtio_net virtio_console virtio_balloon"
for module in $modules; do find files -name "$module.ko" -exec cp -t "$target" {} +; done
ls -l "$target"
