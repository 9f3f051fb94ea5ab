// What the Lab needs of Linux and Swift cannot say: variadic calls, namespaces, taps, and the
// steps between fork and exec.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>

/// Moves the calling thread into the network namespace behind `fd`; 0 or -errno.
static inline int siaga_lab_enter_namespace(int fd) {
  const int new_net = 0x40000000;  // CLONE_NEWNET, hidden without _GNU_SOURCE
  return syscall(SYS_setns, fd, new_net) == 0 ? 0 : -errno;
}

/// A descriptor that becomes readable by `siaga_lab_raise_event`, and stays so; -errno.
static inline int siaga_lab_open_event(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd >= 0 ? fd : -errno;
}

/// Safe in a signal handler.
static inline void siaga_lab_raise_event(int fd) {
  uint64_t one = 1;
  ssize_t written = write(fd, &one, sizeof one);
  (void)written;  // full means that it was raised already
}

/// An unnamed file in memory; its descriptor or -errno.
static inline int siaga_lab_open_memory(const char *name) {
  const unsigned int close_on_exec = 1;  // MFD_CLOEXEC, hidden without _GNU_SOURCE
  long fd = syscall(SYS_memfd_create, name, close_on_exec);
  return fd >= 0 ? (int)fd : -errno;
}

/// Lets sleeps of the calling thread end at their time, not 50 µs after.
static inline int siaga_lab_sleep_sharply(void) { return prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

static inline int siaga_lab_open(const char *path, int flags, int mode) {
  int fd = open(path, flags | O_CLOEXEC, mode);
  return fd >= 0 ? fd : -errno;
}

/// Starts a program that dies with the calling *thread*; its pid or -errno.
///
/// It gets the three descriptors and no other, default signals, and a process group of its own,
/// so that Ctrl-C at the terminal reaches us alone and we end it in our own order.
__attribute__((noinline)) static inline int siaga_lab_spawn(
    char *const *arguments, int input, int output, int errors) {
  volatile int failure = 0;
  sigset_t all, before;
  sigfillset(&all);
  // Between vfork and exec the child runs in our memory: no handler of ours may run there.
  pthread_sigmask(SIG_BLOCK, &all, &before);
  int pid = vfork();
  if (pid == 0) {
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(errors, 2) >= 0) {
      syscall(SYS_close_range, 3, ~0u, 0);
      sigset_t none;
      sigemptyset(&none);
      sigprocmask(SIG_SETMASK, &none, 0);
      execvp(arguments[0], arguments);
    }
    failure = errno;
    _exit(127);
  }
  int problem = pid < 0 ? errno : failure;
  if (pid > 0 && problem != 0) waitpid(pid, 0, 0);
  pthread_sigmask(SIG_SETMASK, &before, 0);
  return problem == 0 ? pid : -problem;
}

/// A UDP socket over IPv4; its descriptor or -errno.
static inline int siaga_lab_open_datagram(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return fd >= 0 ? fd : -errno;
}

/// A socket that sends whole frames and hears none; its descriptor or -errno.
static inline int siaga_lab_open_frames(void) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  return fd >= 0 ? fd : -errno;
}

/// Sends a frame with its Ethernet header by an interface; 0 or -errno.
static inline int siaga_lab_send_frame(int fd, int interface_index, const uint8_t *bytes,
                                       size_t count) {
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = interface_index};
  return sendto(fd, bytes, count, 0, (struct sockaddr *)&to, sizeof to) < 0 ? -errno : 0;
}

/// Sets an interface of the thread's namespace up or down; 0 or -errno.
static inline int siaga_lab_set_link(const char *name, int up) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int result = ioctl(fd, SIOCGIFFLAGS, &request);
  if (result == 0) {
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    result = ioctl(fd, SIOCSIFFLAGS, &request);
  }
  int problem = result == 0 ? 0 : -errno;
  close(fd);
  return problem;
}

/// Makes a tap (or, without link layer, a tun) device in the thread's namespace; it lives as long
/// as its descriptor.
static inline int siaga_lab_open_tap(const char *name, int has_link_layer) {
  int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -errno;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = (short)((has_link_layer ? IFF_TAP : IFF_TUN) | IFF_NO_PI);
  if (ioctl(fd, TUNSETIFF, &request) == 0) return fd;
  int problem = -errno;
  close(fd);
  return problem;
}

static inline int siaga_lab_set_tap_carrier(int fd, int present) {
  // Linux 5.0's request; older headers do not name it.
  const unsigned long set_carrier = _IOW('T', 226, int);
  return ioctl(fd, set_carrier, &present) == 0 ? 0 : -errno;
}

/// Columns and rows of the terminal behind `fd`; 0 when it is none.
static inline int siaga_lab_terminal_size(int fd, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 1;
}
