#include "siaga_linux.h"
