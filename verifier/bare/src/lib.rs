//! Calls the verifier where there is no operating system. If anything below it linked std, there would be two panic handlers,
//! and no library.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::slice;
use core::sync::atomic::{AtomicUsize, Ordering};

use furl_verifier::{PROOF_BYTES, Statement, VerifyingKey, verify};

/// 1 if the proof proves the statement under the key, 0 if it does not, or one of them is malformed.
///
/// # Safety
/// The pointers are to `VerifyingKey::BYTES`, `Statement::BYTES` and `PROOF_BYTES` bytes that nobody writes meanwhile. One call at a time: they
/// share one memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn furl_verify(key: *const u8, statement: *const u8, proof: *const u8) -> i32 {
    // SAFETY: as the caller promises.
    let (key, statement, proof) = unsafe {
        (
            slice::from_raw_parts(key, VerifyingKey::BYTES),
            slice::from_raw_parts(statement, Statement::BYTES),
            slice::from_raw_parts(proof, PROOF_BYTES),
        )
    };
    ARENA.used.store(0, Ordering::Relaxed);
    let result = VerifyingKey::parse(key)
        .and_then(|key| Statement::parse(statement).and_then(|statement| verify(&key, &statement, proof)));
    i32::from(result.is_ok())
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

const ROOM: usize = 1 << 22;

/// Memory for one verification at a time, given out and never taken back.
struct Arena {
    bytes: UnsafeCell<[u8; ROOM]>,
    used: AtomicUsize,
}

#[global_allocator]
static ARENA: Arena = Arena { bytes: UnsafeCell::new([0; ROOM]), used: AtomicUsize::new(0) };

// SAFETY: what is given out is disjoint.
unsafe impl Sync for Arena {}

// SAFETY: every block lies in the arena, has its size and alignment, and overlaps no other since `used` was last zero.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = layout.size() + layout.align();
        let start = self.used.fetch_add(size, Ordering::Relaxed);
        if start + size > ROOM {
            return core::ptr::null_mut();
        }
        let base = self.bytes.get().cast::<u8>();
        // SAFETY: inside the arena, alignment included.
        unsafe {
            let block = base.add(start);
            block.add(block.align_offset(layout.align()))
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
