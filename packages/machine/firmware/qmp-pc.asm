; The firmware of the embedded PC: one 64 KiB image that ends at 1 MiB (F000:0000 to F000:FFFF).
;
; It asks the host what to start (port BOOT_PORT) and then either runs the built-in guest (a banner and a small shell on
; COM1 and the screen), offers BIOS services that the host implements behind ports, or enters a 32-bit kernel that the
; host has put into memory. Build it with `node build.mjs`; the built image qmp-pc.bin is checked in.

bits 16
cpu 386
org 0

; ---- ports that only this machine has
BOOT_PORT       equ 0xEF        ; read: what to start, one of BOOT_*; write: progress, see host side
BOOT_SERVICES   equ 1
BOOT_KERNEL     equ 2

; ---- variables, in the page above the BIOS data area; DS is 0 everywhere
CURSOR          equ 0x500       ; word: screen cell the next character goes to
EVENTS          equ 0x502       ; byte: what interrupt handlers have seen, EVENT_*
SHIFTS          equ 0x503       ; byte: keyboard shift state, SHIFT_*
INPUT_HEAD      equ 0x504       ; byte: next free place in INPUT_RING
INPUT_TAIL      equ 0x505       ; byte: next character to read
GRAPHICS        equ 0x506       ; byte: 1 while a graphics mode is on
LINE_LENGTH     equ 0x508       ; word
TICKS           equ 0x46C       ; dword, as the BIOS data area has it
INPUT_RING      equ 0x600       ; 256 bytes
LINE            equ 0x700       ; LINE_MAX bytes and a NUL
LINE_MAX        equ 120
SECTOR          equ 0x800       ; 512 bytes
STACK_TOP       equ 0x7C00

EVENT_POWER     equ 1
EVENT_NMI       equ 2

start:
    cli
    cld
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, STACK_TOP
    in al, BOOT_PORT
    cmp al, BOOT_KERNEL
    je kernel_entry
    cmp al, BOOT_SERVICES
    je services_entry

built_in_guest:
    call platform_init
    mov word [0x02 * 4], on_nmi
    mov word [0x09 * 4], on_keyboard
    mov word [0x0C * 4], on_serial
    mov word [0x71 * 4], on_power
    call serial_init
    call vga_text
    call console_clear
    call keyboard_init
    call power_init
    mov al, 0xE8                ; IRQ 0, 1, 2 and 4
    mov ah, 0xFD                ; IRQ 9
    call pic_mask
    sti
    jmp shell

%include "platform.inc"
%include "vga.inc"
%include "console.inc"
%include "keyboard.inc"
%include "power.inc"
%include "ata.inc"
%include "net.inc"
%include "mouse.inc"
%include "shell.inc"
%include "services.inc"
%include "kernel.inc"

font:
    incbin "font.bin"

    times 0xFF00 - ($ - $$) db 0xF4
service_again:                  ; written by the host: the service has to be asked again
    db 0
    align 4
boot_vector:                    ; written by the host: where to go after loading a boot sector
    dw STACK_TOP, 0

    times 0xFFF0 - ($ - $$) db 0xF4
reset_vector:
    jmp 0xF000:start
    times 0x10000 - ($ - $$) db 0
