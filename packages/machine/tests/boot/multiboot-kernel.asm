; A multiboot kernel for tests: prints on COM1 the loader's magic, its command line, the memory above 1 MiB, and the text of
; its first module with that module's command line; then "break" for each break that arrives. Its header tells where it
; belongs; with -D ELF that is left to the ELF header that the test puts before it.
bits 32
FLAGS equ 0x10000

org 0x100000
header:
%ifdef ELF
    dd 0x1BADB002, 0, -0x1BADB002
%else
    dd 0x1BADB002, FLAGS, -(0x1BADB002 + FLAGS)
    dd header, header, 0, 0, _start
%endif

_start:
    mov esp, stack_end
    mov ebp, ebx
    call print_hex                  ; EAX
    mov esi, [ebp + 16]             ; command line
    call print_line
    mov eax, [ebp + 8]              ; memory above 1 MiB in KiB
    call print_hex
    cmp dword [ebp + 20], 0         ; number of modules
    je watch
    mov ebx, [ebp + 24]
    mov esi, [ebx]                  ; the module ends with a NUL
    call print_line
    mov esi, [ebx + 8]              ; its command line
    call print_line

watch:
    mov dx, 0x3FD
    in al, dx
    test al, 0x10
    jz watch
    mov dx, 0x3F8
    in al, dx
    mov esi, broken
    call print_line
    jmp watch

print_hex:
    mov ecx, 8
.digit:
    rol eax, 4
    push eax
    and al, 15
    cmp al, 10
    sbb al, 0x69
    das
    mov dx, 0x3F8
    out dx, al
    pop eax
    loop .digit
    mov esi, end_of_line
    ; fall through
print_line:
    mov dx, 0x3F8
.next:
    lodsb
    test al, al
    jz .end
    out dx, al
    jmp .next
.end:
    cmp esi, end_of_line + 3
    je .done
    mov al, 13
    out dx, al
    mov al, 10
    out dx, al
.done:
    ret

broken: db "break", 0
end_of_line: db 13, 10, 0
stack: times 256 db 0
stack_end:
